-- A row is a claim filed in the window asked for and known on the day it is looked at, of a firm of the slice asked for, with
-- that day and the day it would be paid; what the claim says goes with it, as to look it up again by its text costs more.
-- A closed control moves the day to the day the control was opened; a day asked for moves it for every case.
with controlled as (
    select case_id, min(opened_on) as opened_on
    from controls
    where stage = 'payment' and closed_on is not null
    group by case_id
),
seen as (
    select
        c.claim_id as case_id, c.request_id, c.siret, c.sk, c.sn, c.mi as peer_mi, c.known_on, c.filed_on, c.date_basis,
        c.month, c.employees, c.idle_hours, c.amount, c.regime, c.bank_key, c.paid_on,
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
)
select
    case_id, request_id, siret, sk, sn, peer_mi, known_on, filed_on, date_basis, month, employees, idle_hours, amount,
    regime, bank_key, paid_on, decide_by, as_of
from seen
where known_on <= as_of
