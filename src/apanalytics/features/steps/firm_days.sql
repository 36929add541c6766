-- A row is a firm and the days between which its totals are these: controls closed, those that found something, requests
-- refused or withdrawn.
select
    sn, day as from_day,
    coalesce(lead(day) over (partition by sn order by day), 9999999) as to_day,
    cast(sum(controls) over (partition by sn order by day) as bigint) as controls,
    cast(sum(findings) over (partition by sn order by day) as bigint) as findings,
    cast(sum(refusals) over (partition by sn order by day) as bigint) as refusals
from (
    select
        sn, date_diff('day', date '1970-01-01', known_on) as day,
        sum(controls) as controls, sum(findings) as findings, sum(refusals) as refusals
    from firm_events
    group by sn, date_diff('day', date '1970-01-01', known_on)
) as days
