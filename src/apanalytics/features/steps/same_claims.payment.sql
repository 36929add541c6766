-- A row is a case: the claims of its establishment and request for its month that say the same employees and hours, itself
-- included, known on the day it is looked at.
select c.k, cast(sum(d.claims) as bigint) as claims
from cases as c
join (
    select
        sk, mi, coalesce(request_id, '') as request_id,
        coalesce(employees, -1) as employees,
        coalesce(cast(round(idle_hours * 100, 0) as bigint), -1) as hundredths,
        known_on, count(*) as claims
    from claim_rows
    where sk is not null
    group by
        sk, mi, coalesce(request_id, ''), coalesce(employees, -1),
        coalesce(cast(round(idle_hours * 100, 0) as bigint), -1), known_on
) as d
    on d.sk = c.sk and d.mi = c.mi and d.request_id = coalesce(c.request_id, '')
    and d.employees = coalesce(c.employees, -1)
    and d.hundredths = coalesce(cast(round(c.hours * 100, 0) as bigint), -1)
    and d.known_on <= c.as_of
group by c.k
