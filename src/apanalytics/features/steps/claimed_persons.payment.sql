-- A row is an employee that a claim is paid for: from its nominative list, or, where it has none, an employee whose
-- payroll month shows idle hours.
select k, sk, sn, mi, as_of, person_key, sum(micro(idle_hours)) / 1e6 as idle_hours, true as listed
from line_rows
group by k, sk, sn, mi, as_of, person_key
union all
select c.k, c.sk, c.sn, c.mi, c.as_of, p.person_key, sum(micro(p.idle_hours)) / 1e6, false
from cases as c
left join (select distinct k from line_rows) as l on l.k = c.k
join payroll_versions as p
    on p.sk = c.sk and p.mi = c.mi and p.valid_from <= c.as_of and c.as_of < p.valid_to and p.idle_hours > 0
where l.k is null
group by c.k, c.sk, c.sn, c.mi, c.as_of, p.person_key
