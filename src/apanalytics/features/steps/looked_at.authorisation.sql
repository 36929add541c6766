-- A row is a request filed in the window asked for and known on the day it is looked at, of a firm of the slice asked for,
-- with that day and the day it must be decided by. A closed control moves the first to the day the control was opened; a
-- day asked for moves it for every case.
with controlled as (
    select case_id, min(opened_on) as opened_on
    from controls
    where stage = 'authorisation' and closed_on is not null
    group by case_id
),
deadlines as (
    select r.request_id, min(p.decision_days) as decision_days
    from request_rows as r
    join law_procedure as p on p.valid_from <= r.known_on and r.known_on < p.valid_to
    group by r.request_id
),
seen as (
    select
        r.request_id as case_id,
        r.sk, year(r.known_on) * 12 + month(r.known_on) as peer_mi, r.known_on,
        cast(r.known_on + d.decision_days * interval 1 day as date) as decide_by,
        coalesce(
            m.as_of,
            asked.as_of,
            case when controlled.opened_on is not null then greatest(r.known_on, controlled.opened_on) end,
            least(
                cast(r.known_on + d.decision_days * interval 1 day as date),
                case when r.decided_on is not null then greatest(r.known_on, r.decided_on) end,
                cast(r.known_on + asked.lag_days * interval 1 day as date)
            )
        ) as as_of
    from request_rows as r
    cross join asked
    left join asked_days as m on m.case_id = r.request_id
    left join controlled on controlled.case_id = r.request_id
    left join deadlines as d on d.request_id = r.request_id
    where r.known_on >= coalesce(asked.from_day, date '1900-01-01')
        and r.known_on <= coalesce(asked.to_day, date '9999-12-31')
        and coalesce(r.siret, '') >= asked.first_siret
        and (asked.before_siret is null or coalesce(r.siret, '') < asked.before_siret)
)
select case_id, sk, peer_mi, known_on, decide_by, as_of
from seen
where known_on <= as_of
