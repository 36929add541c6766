-- A row is a request that is looked at: what tells it from a claim.
select
    'authorisation' as stage,
    l.case_id, r.request_id, r.siret, r.sk, r.sn, l.as_of, l.decide_by, r.known_on, r.filed_on, r.date_basis,
    r.starts_on as period_start, r.ends_on as period_end,
    cast(null as date) as month,
    least(year(r.starts_on) * 12 + month(r.starts_on), year(l.as_of) * 12 + month(l.as_of) - 1) as mi,
    cast(null as bigint) as claimed_employees, cast(null as double) as claimed_hours,
    cast(null as double) as claimed_amount,
    cast(null as varchar) as regime, r.bank_key,
    cast(null as date) as paid_on
from looked_at as l
join request_rows as r on r.request_id = l.case_id
