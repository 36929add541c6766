-- A row is a case whose request was claimed more than once for its month: the claims that say the same employees and hours,
-- itself included, known on the day it is looked at.
select c.k, cast(sum(d.claims) as bigint) as claims
from cases as c
join (
    select
        s.sk, s.mi, s.request_id,
        coalesce(r.employees, -1) as employees,
        coalesce(cast(round(r.idle_hours * 100, 0) as bigint), -1) as hundredths,
        r.known_on, count(*) as claims
    from claim_rows as r
    join repeated_claims as s on s.sk = r.sk and s.mi = r.mi and s.request_id = coalesce(r.request_id, '')
    group by
        s.sk, s.mi, s.request_id, coalesce(r.employees, -1),
        coalesce(cast(round(r.idle_hours * 100, 0) as bigint), -1), r.known_on
) as d
    on d.sk = c.sk and d.mi = c.mi and d.request_id = coalesce(c.request_id, '')
    and d.employees = coalesce(c.employees, -1)
    and d.hundredths = coalesce(cast(round(c.hours * 100, 0) as bigint), -1)
    and d.known_on <= c.as_of
group by c.k
