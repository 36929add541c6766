-- A row is a claim filed in the window asked for, of a firm of the slice asked for, with the day it is looked at and the
-- day it would be paid. A closed control moves that day to the day the control was opened; a day asked for moves it for
-- every case.
with controlled as (
    select case_id, min(opened_on) as opened_on
    from controls
    where stage = 'payment' and closed_on is not null
    group by case_id
)
select
    c.claim_id as case_id,
    c.sk, c.mi as peer_mi, c.known_on,
    cast(c.known_on + asked.lag_days * interval 1 day as date) as decide_by,
    coalesce(
        m.as_of,
        asked.as_of,
        case when controlled.opened_on is not null then greatest(c.known_on, controlled.opened_on) end,
        least(
            case when c.paid_on is not null then greatest(c.known_on, c.paid_on) end,
            cast(c.known_on + asked.lag_days * interval 1 day as date)
        )
    ) as as_of
from claim_rows as c
cross join asked
left join asked_days as m on m.case_id = c.claim_id
left join controlled on controlled.case_id = c.claim_id
where c.known_on >= coalesce(asked.from_day, date '1900-01-01')
    and c.known_on <= coalesce(asked.to_day, date '9999-12-31')
    and coalesce(c.siret, '') >= asked.first_siret
    and (asked.before_siret is null or coalesce(c.siret, '') < asked.before_siret)
