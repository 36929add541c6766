-- A row is a case whose request was claimed more than once for its month: those claims, known on the day it is looked at.
select c.k, cast(sum(d.claims) as bigint) as claims, cast(sum(d.employees) as bigint) as employees
from cases as c
join (
    select s.sk, s.mi, s.request_id, r.known_on, count(*) as claims, sum(r.employees) as employees
    from claim_rows as r
    join repeated_claims as s on s.sk = r.sk and s.mi = r.mi and s.request_id = coalesce(r.request_id, '')
    group by s.sk, s.mi, s.request_id, r.known_on
) as d
    on d.sk = c.sk and d.mi = c.mi and d.request_id = coalesce(c.request_id, '') and d.known_on <= c.as_of
group by c.k
