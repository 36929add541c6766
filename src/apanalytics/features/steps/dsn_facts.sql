-- A row is a case: what it declares against the payroll (DSN) of its establishment. In a month that the closure covers in
-- part, the hours of the other days may be worked.
with closures as (
    select
        c.k,
        greatest(
            0,
            date_diff('day', greatest(m.month, c.request_starts_on), least(last_day(m.month), c.request_ends_on)) + 1
        ) / cast(day(last_day(m.month)) as double) as closed_share
    from cases as c
    join law_months as m on year(m.month) * 12 + month(m.month) = c.mi
    where c.scope = 3
),
closed as (
    select k, nullif(closed_share, 0) as closed_share from closures
)
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
    case when x.closed_share is not null and d.worked_hours is not null then greatest(0, d.worked_hours - (1 - x.closed_share) * d.contract_hours) end
        as closure_worked_hours,
    case when d.worked_hours is not null then greatest(0, d.worked_hours - (1 - x.closed_share) * d.contract_hours)
        / nullif(x.closed_share * d.contract_hours, 0) end as closure_worked_share
from cases as c
left join dsn_month as d on d.k = c.k
left join closed as x on x.k = c.k
