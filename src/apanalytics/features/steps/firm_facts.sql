-- A row is a case: what earlier controls and decisions on the same firm (siren) had found by the day it is looked at; its
-- own file is taken out.
with oneself as (
    select c.k, sum(e.controls) as controls, sum(e.findings) as findings, sum(e.refusals) as refusals
    from cases as c
    join firm_events as e
        on e.sn = c.sn and e.stage = c.stage and e.case_id = c.case_id and e.known_on <= c.as_of
    group by c.k
)
select
    c.k,
    case when c.sn is not null then cast(coalesce(d.controls, 0) - coalesce(o.controls, 0) as bigint) end
        as earlier_controls,
    case when c.sn is not null then cast(coalesce(d.findings, 0) - coalesce(o.findings, 0) as bigint) end
        as earlier_findings,
    case when c.sn is not null then cast(coalesce(d.refusals, 0) - coalesce(o.refusals, 0) as bigint) end
        as earlier_refusals
from cases as c
left join firm_days as d
    on d.sn = c.sn
    and d.from_day <= date_diff('day', date '1970-01-01', c.as_of)
    and date_diff('day', date '1970-01-01', c.as_of) < d.to_day
left join oneself as o on o.k = c.k
