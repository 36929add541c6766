-- A row is a day on which claims became known for one establishment and month, or a case that looks at them: the running
-- totals of the first are what the second sees. One pass, whatever the number of claims of one establishment.
select
    sk, mi, request_id, day, k,
    sum(claims) over (partition by sk, mi order by day) as claims,
    sum(employees) over (partition by sk, mi order by day) as employees,
    sum(claims) over (partition by sk, mi, request_id order by day) as request_claims,
    sum(employees) over (partition by sk, mi, request_id order by day) as request_employees,
    sum(claims) over (partition by sk, mi, request_id, claimed order by day) as same_claims
from (
    select
        sk, mi, coalesce(request_id, '') as request_id,
        concat(cast(employees as varchar), '/', cast(cast(round(idle_hours * 100, 0) as bigint) as varchar)) as claimed,
        date_diff('day', date '1970-01-01', known_on) as day,
        cast(null as bigint) as k, 1 as claims, employees
    from claim_rows where sk is not null
    union all
    select
        sk, mi, coalesce(request_id, ''),
        concat(cast(employees as varchar), '/', cast(cast(round(hours * 100, 0) as bigint) as varchar)),
        date_diff('day', date '1970-01-01', as_of),
        k, 0, 0
    from cases where sk is not null
) as days
