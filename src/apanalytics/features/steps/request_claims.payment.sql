-- A row is a case: the claims of its establishment and request for its month, known on the day it is looked at.
select c.k, cast(sum(d.claims) as bigint) as claims, cast(sum(d.employees) as bigint) as employees
from cases as c
join (
    select sk, mi, coalesce(request_id, '') as request_id, known_on, count(*) as claims, sum(employees) as employees
    from claim_rows
    where sk is not null
    group by sk, mi, coalesce(request_id, ''), known_on
) as d
    on d.sk = c.sk and d.mi = c.mi and d.request_id = coalesce(c.request_id, '') and d.known_on <= c.as_of
group by c.k
