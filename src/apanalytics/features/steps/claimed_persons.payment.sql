-- A row is an employee that a claim is paid for: from its nominative list, or, where it has none, an employee whose
-- payroll month shows idle hours.
select k, sk, sn, mi, as_of, person_key, sum(idle_hours) as idle_hours, true as listed
from line_rows
group by k, sk, sn, mi, as_of, person_key
union all
select c.k, c.sk, c.sn, c.mi, c.as_of, p.person_key, sum(p.idle_hours), false
from cases as c
join payroll_versions as p
    on p.sk = c.sk and p.mi = c.mi and p.valid_from <= c.as_of and c.as_of < p.valid_to and p.idle_hours > 0
where c.k not in (select k from line_rows)
group by c.k, c.sk, c.sn, c.mi, c.as_of, p.person_key
