-- A row is a request as it stood on the day it is looked at: the case of the authorisation stage.
select
    cast(row_number() over (order by r.request_id) as bigint) as k,
    'authorisation' as stage,
    r.request_id as case_id, r.request_id, r.siret, r.sk, r.sn,
    l.as_of,
    year(l.as_of) * 12 + month(l.as_of) as as_of_mi,
    l.decide_by, r.known_on, r.filed_on, r.date_basis,
    r.starts_on as period_start, r.ends_on as period_end,
    cast(null as date) as month,
    least(year(r.starts_on) * 12 + month(r.starts_on), year(l.as_of) * 12 + month(l.as_of) - 1) as mi,
    year(r.starts_on) * 12 + month(r.starts_on) as declared_mi,
    coalesce(s.covered_headcount, r.covered_headcount) as employees,
    coalesce(s.hours, r.hours) as hours,
    coalesce(s.amount, r.amount) as amount,
    r.headcount as headcount_declared, r.company_headcount,
    cast(null as varchar) as regime,
    r.motive, r.scope, r.scheme, r.sector_scheme, r.filer_id, r.bank_key, r.email_key,
    r.bank_key as request_bank_key,
    r.account_created_on, r.council_opinion, r.commitments, r.prior_use, r.amends_request_id, r.agreement_id,
    r.overtime_agreement_on, r.working_time_over_6_months, r.hourly_rate,
    coalesce(s.status, case when r.decision_known_on <= l.as_of then r.status end, 'pending') as status,
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
join request_rows as r on r.request_id = l.case_id
left join request_states as s
    on s.request_id = r.request_id and s.valid_from <= l.as_of and l.as_of < s.valid_to
left join establishment_versions as e
    on e.sk = r.sk and e.valid_from <= l.as_of and l.as_of < e.valid_to
where l.known_on <= l.as_of
    and (not asked.some_regions or coalesce(e.region, 'ZZ') in (select region from asked_regions))
