-- A row is a case: the hours worked of those of the contracts in the usual months of the year before its own, those
-- without idle hours, as the payroll known on the day says them.
select
    c.k,
    sum(micro(v.worked_hours)) / nullif(sum(micro(v.contract_hours)), 0) as usual_worked_share
from cases as c
join dsn_versions as v
    on v.sk = c.sk and v.valid_from <= c.as_of and c.as_of < v.valid_to and v.mi between c.mi - 12 and c.mi - 1
where v.idle_hours <= 1e-2 * v.contract_hours and v.contract_hours > 0
group by c.k
