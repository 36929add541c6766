-- A row is a case: the claims of its establishment for its month, of any request, known on the day it is looked at. They are
-- counted by day first: a case meets no more rows than there are days, whatever the number of claims.
select c.k, cast(sum(d.claims) as bigint) as claims, cast(sum(d.employees) as bigint) as employees
from cases as c
join (
    select sk, mi, known_on, count(*) as claims, sum(employees) as employees
    from claim_rows
    where sk is not null
    group by sk, mi, known_on
) as d
    on d.sk = c.sk and d.mi = c.mi and d.known_on <= c.as_of
group by c.k
