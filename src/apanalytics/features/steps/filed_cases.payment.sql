-- A row is a claim filed in the window asked for: what tells it from a request.
select
    'payment' as stage,
    l.case_id, c.request_id, c.siret, c.sk, c.sn, l.as_of, l.decide_by, c.known_on, c.filed_on, c.date_basis,
    c.month as period_start, cast(add_months(c.month, 1) - interval 1 day as date) as period_end,
    c.month, c.mi,
    c.employees as claimed_employees, c.idle_hours as claimed_hours, c.amount as claimed_amount,
    c.regime, c.bank_key,
    c.paid_on
from looked_at as l
join claim_rows as c on c.claim_id = l.case_id
where l.known_on <= l.as_of
