-- A row is a request: the requests of other firms with the same account, hours and headcount, within a week of it.
with twins as (
    select k, sum(edge * (requests - own_requests)) as twins
    from twin_days
    where k is not null
    group by k
)
select c.k, cast(t.twins as bigint) as twin_requests
from cases as c
left join twins as t on t.k = c.k
