-- A row is a claim as it stood on the day it is looked at, with what was known of its request: the case of the
-- payment stage.
select
    cast(row_number() over (order by c.claim_id) as bigint) as k,
    'payment' as stage,
    c.claim_id as case_id, c.request_id, c.siret, c.sk, c.sn,
    l.as_of,
    year(l.as_of) * 12 + month(l.as_of) as as_of_mi,
    l.decide_by, c.known_on, c.filed_on, c.date_basis,
    c.month as period_start,
    cast(add_months(c.month, 1) - interval 1 day as date) as period_end,
    c.month, c.mi,
    year(r.starts_on) * 12 + month(r.starts_on) as declared_mi,
    c.employees, c.idle_hours as hours, c.amount,
    r.headcount as headcount_declared, r.company_headcount,
    c.regime,
    r.motive, r.scope, r.scheme, r.sector_scheme, r.filer_id,
    coalesce(c.bank_key, r.bank_key) as bank_key, r.email_key,
    r.bank_key as request_bank_key,
    r.account_created_on, r.council_opinion, r.commitments, r.prior_use, r.amends_request_id, r.agreement_id,
    r.overtime_agreement_on, r.working_time_over_6_months, r.hourly_rate,
    case when c.paid_on <= l.as_of then 'paid' else 'pending' end as status,
    r.known_on as request_known_on, r.starts_on as request_starts_on, r.ends_on as request_ends_on,
    coalesce(s.hours, r.hours) as request_hours,
    coalesce(s.covered_headcount, r.covered_headcount) as request_employees,
    case when r.decision_known_on <= l.as_of then r.hours_authorised end as hours_authorised,
    case when r.decision_known_on <= l.as_of then r.headcount_authorised end as headcount_authorised,
    case when e.sk is null then false else e.in_sirene end as known_to_sirene,
    e.name, coalesce(e.department, 'ZZ') as department, coalesce(e.region, 'ZZ') as region, e.naf, e.size_class,
    e.is_employer, e.legal_category, e.created_on,
    case when e.known_on is not null or e.closed_on <= l.as_of then e.closed_on end as closed_on
from looked_at as l
cross join asked
join claim_rows as c on c.claim_id = l.case_id
left join request_rows as r on r.request_id = c.request_id and r.known_on <= l.as_of
left join request_states as s
    on s.request_id = r.request_id and s.valid_from <= l.as_of and l.as_of < s.valid_to
left join establishment_versions as e
    on e.sk = c.sk and e.valid_from <= l.as_of and l.as_of < e.valid_to
where l.known_on <= l.as_of
    and (not asked.some_regions or coalesce(e.region, 'ZZ') in (select region from asked_regions))
