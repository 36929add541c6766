-- A row is a case as it stood on the day it is looked at: a request, or a claim with what was known of its request.
select
    n.k, f.stage, f.case_id, f.request_id, f.siret, f.sk, f.sn,
    f.as_of, year(f.as_of) * 12 + month(f.as_of) as as_of_mi,
    f.decide_by, f.known_on, f.filed_on, f.date_basis, f.period_start, f.period_end, f.month, f.mi,
    year(r.starts_on) * 12 + month(r.starts_on) as declared_mi,
    case when f.stage = 'payment' then f.claimed_employees else coalesce(s.covered_headcount, r.covered_headcount) end
        as employees,
    case when f.stage = 'payment' then f.claimed_hours else coalesce(s.hours, r.hours) end as hours,
    case when f.stage = 'payment' then f.claimed_amount else coalesce(s.amount, r.amount) end as amount,
    r.headcount as headcount_declared, r.company_headcount, f.regime,
    r.motive, r.scope, r.scheme, r.sector_scheme, r.filer_id,
    coalesce(f.bank_key, r.bank_key) as bank_key, f.bank_key as own_bank_key, r.sn as request_sn, r.email_key, r.bank_key as request_bank_key,
    r.account_created_on, r.council_opinion, r.commitments, r.prior_use, r.amends_request_id, r.agreement_id,
    r.overtime_agreement_on, r.working_time_over_6_months,
    case
        when f.paid_on <= f.as_of then 'paid'
        when f.stage = 'payment' then 'pending'
        else coalesce(s.status, case when r.decision_known_on <= f.as_of then r.status end, 'pending')
    end as status,
    r.known_on as request_known_on, r.starts_on as request_starts_on, r.ends_on as request_ends_on,
    coalesce(s.hours, r.hours) as request_hours,
    coalesce(s.covered_headcount, r.covered_headcount) as request_employees,
    case when r.decision_known_on <= f.as_of then r.hours_authorised end as hours_authorised,
    case when r.decision_known_on <= f.as_of then r.headcount_authorised end as headcount_authorised,
    case when e.sk is null then false else e.in_sirene end as known_to_sirene,
    e.name, coalesce(e.department, 'ZZ') as department, coalesce(e.region, 'ZZ') as region, e.naf, e.size_class,
    e.is_employer, e.legal_category, e.created_on,
    case when e.known_on is not null or e.closed_on <= f.as_of then e.closed_on end as closed_on
from filed_cases as f
cross join asked
join case_keys as n on n.case_id = f.case_id
left join request_rows as r on r.request_id = f.request_id and r.known_on <= f.as_of
left join request_states as s
    on s.request_id = r.request_id and s.valid_from <= f.as_of and f.as_of < s.valid_to
left join establishment_versions as e
    on e.sk = f.sk and e.valid_from <= f.as_of and f.as_of < e.valid_to
left join asked_parts as p
    on p.region = coalesce(e.region, 'ZZ') and p.filed_mi = year(f.known_on) * 12 + month(f.known_on)
where (not asked.some_regions or coalesce(e.region, 'ZZ') in (select region from asked_regions))
    and (not asked.some_parts or p.region is not null)
