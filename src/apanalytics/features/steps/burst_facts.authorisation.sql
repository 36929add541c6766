-- A row is a request: the requests of other firms that were filed with the same account, hours and headcount, known by the
-- day it is looked at, within a week of it.
with looked as (
    select
        c.k, c.sn, r.covered_headcount as employees,
        coalesce(r.bank_key, case when r.filer_id is null then r.email_key end) as account,
        cast(round(r.hours * 100, 0) as bigint) as hours_key,
        date_diff('day', date '1970-01-01', c.known_on) - 7 as from_day,
        date_diff('day', date '1970-01-01', least(c.as_of, cast(c.known_on + interval 7 day as date))) as to_day
    from cases as c
    join request_rows as r on r.request_id = c.request_id
),
everybody as (
    select l.k, sum(t.requests) as requests
    from looked as l
    join twin_totals as t
        on t.account = l.account and t.hours_key = l.hours_key and t.covered_headcount = l.employees
        and t.day between l.from_day and l.to_day
    group by l.k
),
oneself as (
    select l.k, sum(t.requests) as requests
    from looked as l
    join twin_days as t
        on t.account = l.account and t.hours_key = l.hours_key and t.covered_headcount = l.employees
        and coalesce(t.sn, -1) = coalesce(l.sn, -1)
        and t.day between l.from_day and l.to_day
    group by l.k
)
select
    l.k,
    case when l.account is not null then cast(coalesce(e.requests, 0) - coalesce(o.requests, 0) as bigint) end
        as twin_requests
from looked as l
left join everybody as e on e.k = l.k
left join oneself as o on o.k = l.k
