-- A row is a case: the headcount of its establishment in the last month of payroll known on the day that is not after the
-- month of the request. Nearly always that is the very month of the request: only the other cases look further back.
with near as (
    select c.k, c.sk, c.mi, c.declared_mi, c.as_of, v.headcount
    from cases as c
    left join dsn_versions as v
        on v.sk = c.sk and v.mi = c.declared_mi and v.valid_from <= c.as_of and c.as_of < v.valid_to
),
far as (
    select c.k, arg_max(v.headcount, v.mi) filter (where v.headcount is not null) as headcount
    from near as c
    join dsn_versions as v on v.sk = c.sk and v.valid_from <= c.as_of and c.as_of < v.valid_to
    where c.headcount is null
        and v.mi < c.declared_mi
        and (v.mi between c.mi - 12 and c.mi or v.mi >= c.declared_mi - 6)
    group by c.k
)
select near.k, coalesce(near.headcount, far.headcount) as headcount_at_request
from near
left join far on far.k = near.k
