-- A row is a case whose establishment made more than one claim for its month: those of any request, known on the day it is
-- looked at. They are counted by day first: a case meets no more rows than there are days, whatever the number of claims.
select c.k, cast(sum(d.claims) as bigint) as claims, cast(sum(d.employees) as bigint) as employees
from cases as c
join (
    select r.sk, r.mi, r.known_on, count(*) as claims, sum(r.employees) as employees
    from claim_rows as r
    join several_claims as s on s.sk = r.sk and s.mi = r.mi
    group by r.sk, r.mi, r.known_on
) as d
    on d.sk = c.sk and d.mi = c.mi and d.known_on <= c.as_of
group by c.k
