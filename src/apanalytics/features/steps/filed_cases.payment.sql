-- A row is a claim that is looked at: what tells it from a request.
select
    'payment' as stage,
    case_id, request_id, siret, sk, sn, as_of, decide_by, known_on, filed_on, date_basis,
    month as period_start, cast(add_months(month, 1) - interval 1 day as date) as period_end,
    month, peer_mi as mi,
    employees as claimed_employees, idle_hours as claimed_hours, amount as claimed_amount,
    regime, bank_key,
    paid_on
from looked_at
