-- A row is a day on which something was learnt of a firm, or a case that looks at it: the running totals up to that day,
-- of the firm and of the case's own file alone (which is taken out again).
select
    k,
    sum(controls) over firm as controls, sum(findings) over firm as findings, sum(refusals) over firm as refusals,
    sum(controls) over own as own_controls, sum(findings) over own as own_findings,
    sum(refusals) over own as own_refusals
from (
    select
        sn, subject, date_diff('day', date '1970-01-01', known_on) as day, cast(null as bigint) as k,
        controls, findings, refusals
    from firm_events
    union all
    select sn, concat(stage, ':', case_id), date_diff('day', date '1970-01-01', as_of), k, 0, 0, 0
    from cases
    where sn is not null
) as days
window firm as (partition by sn order by day), own as (partition by sn, subject order by day)
