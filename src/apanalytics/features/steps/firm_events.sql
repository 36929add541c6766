-- A row is something learnt of a firm (siren) on a day: a control closed, or a request refused or withdrawn.
with refusals as (
    select request_id, min(known_on) as known_on
    from (
        select request_id, decision_known_on as known_on from request_rows where status in ('refused', 'withdrawn')
        union all
        select request_id, known_on from request_events where status in ('refused', 'withdrawn')
    ) as states
    where known_on is not null
    group by request_id
),
subjects as (
    select 'authorisation' as stage, request_id as case_id, sn, known_on from request_rows
    union all
    select 'payment', claim_id, sn, known_on from claim_rows
)
select s.sn, s.stage, s.case_id, greatest(r.known_on, s.known_on) as known_on,
    0 as controls, 0 as findings, 1 as refusals
from refusals as r
join subjects as s on s.stage = 'authorisation' and s.case_id = r.request_id
where s.sn is not null
union all
select s.sn, s.stage, s.case_id, greatest(c.closed_on, s.known_on),
    1, case when c.outcome in ('error', 'deliberate_suspected') then 1 else 0 end, 0
from controls as c
join subjects as s on s.stage = c.stage and s.case_id = c.case_id
where c.closed_on is not null and c.outcome is not null and s.sn is not null
