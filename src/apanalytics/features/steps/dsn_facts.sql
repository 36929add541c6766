-- A row is a case: what it declares against the payroll (DSN) of its establishment.
select
    c.k,
    cast(d.headcount_at_request as bigint) as dsn_headcount_at_request,
    c.headcount_declared / nullif(cast(d.headcount_at_request as double), 0) as headcount_over_dsn_ratio,
    cast(c.headcount_declared - d.headcount_at_request as bigint) as headcount_over_dsn_gap,
    case when d.last_mi is not null then greatest(0, least(c.mi, c.as_of_mi - 1) - d.last_mi) end
        as months_since_last_dsn,
    d.headcount_at_request / nullif(d.headcount_before, 0) as headcount_jump_ratio,
    cast(d.headcount_at_request as double) - d.headcount_before as headcount_jump_gap,
    cast(coalesce(d.months_with_staff, 0) as bigint) as dsn_months_with_staff,
    d.worked_hours / nullif(d.contract_hours, 0) as worked_share,
    d.usual_worked_share,
    d.worked_hours / nullif(d.contract_hours, 0) / nullif(d.usual_worked_share, 0) as worked_vs_usual_ratio,
    d.overtime_hours as dsn_overtime_hours,
    case when c.scope = 3 then d.worked_hours end as closure_worked_hours,
    case when c.scope = 3 then d.worked_hours / nullif(d.contract_hours, 0) end as closure_worked_share
from cases as c
left join dsn_month as d on d.k = c.k
