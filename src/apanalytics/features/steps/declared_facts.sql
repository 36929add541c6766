-- A row is a case: what it says by itself, and against the legal hours of its period.
select
    c.k,
    cast(c.employees as bigint) as employees,
    cast(c.headcount_declared as bigint) as headcount_declared,
    c.employees / nullif(cast(c.headcount_declared as double), 0) as covered_share,
    c.hours,
    c.amount as amount_eur,
    c.hours / nullif(cast(c.employees as double), 0) as hours_per_employee,
    c.amount / nullif(c.hours, 0) as hourly_amount_eur,
    cast(date_diff('day', c.period_start, c.period_end) + 1 as bigint) as period_days,
    t.legal_hours,
    c.hours / nullif(cast(c.employees as double), 0) / nullif(t.legal_hours, 0) as hours_over_legal_ratio,
    c.hours - c.employees * t.legal_hours as hours_over_legal_hours,
    c.scope = 3 as full_closure,
    case when c.request_known_on is not null then c.filer_id is not null end as third_party_filer,
    c.motive in (3, 5) as exceptional_motive,
    c.scheme in ('APLD', 'APLD_R') as long_term_scheme,
    c.request_known_on >= date '2020-03-01' and c.request_known_on <= date '2020-05-31' as first_wave,
    c.prior_use = 2 as prior_use_declared,
    c.overtime_agreement_on < o.agreed_before as structural_overtime_agreed,
    case
        when c.sector_scheme is null then null
        when c.sector_scheme <> 'protected' then false
        -- Energy, finance and insurance, public administration: no activity of the two lists is in these divisions.
        when substring(c.naf, 1, 2) in ('35', '64', '65', '66', '84') then true
    end as protected_outside_lists
from cases as c
left join legal_time as t on t.k = c.k
left join (select max(agreed_before) as agreed_before from rules_overtime) as o on true
