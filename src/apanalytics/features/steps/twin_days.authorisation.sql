-- A row is a day on which requests of the same hours, headcount and account became known, or a case that looks at them a
-- week either side of its own day: running totals, of all firms and of the case's own.
select
    k, edge,
    sum(requests) over (partition by account, hours_key, covered_headcount order by day) as requests,
    sum(requests) over (partition by account, hours_key, covered_headcount, sn order by day) as own_requests
from (
    select
        coalesce(bank_key, case when filer_id is null then email_key end) as account,
        cast(round(hours * 100, 0) as bigint) as hours_key,
        covered_headcount, sn, date_diff('day', date '1970-01-01', known_on) as day,
        cast(null as bigint) as k, 0 as edge, 1 as requests
    from request_rows
    where coalesce(bank_key, case when filer_id is null then email_key end) is not null
    union all
    select
        coalesce(bank_key, case when filer_id is null then email_key end),
        cast(round(hours * 100, 0) as bigint), employees, sn,
        date_diff('day', date '1970-01-01', known_on) + e.days,
        k, e.edge, 0
    from cases
    cross join (select -8 as days, -1 as edge) as e
    where coalesce(bank_key, case when filer_id is null then email_key end) is not null
    union all
    select
        coalesce(bank_key, case when filer_id is null then email_key end),
        cast(round(hours * 100, 0) as bigint), employees, sn,
        date_diff('day', date '1970-01-01', least(as_of, cast(known_on + interval 7 day as date))),
        k, 1, 0
    from cases
    where coalesce(bank_key, case when filer_id is null then email_key end) is not null
) as days
