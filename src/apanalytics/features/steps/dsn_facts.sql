-- A row is a case: what it declares against the payroll (DSN) of its establishment. In a month that the closure covers in
-- part, the hours of the other days may be worked.
select
    c.k,
    cast(q.headcount_at_request as bigint) as dsn_headcount_at_request,
    c.headcount_declared / nullif(cast(q.headcount_at_request as double), 0) as headcount_over_dsn_ratio,
    cast(c.headcount_declared - q.headcount_at_request as bigint) as headcount_over_dsn_gap,
    case when s.last_mi is not null then greatest(0, least(c.mi, c.as_of_mi - 1) - s.last_mi) end
        as months_since_last_dsn,
    q.headcount_at_request / nullif(s.headcount_before, 0) as headcount_jump_ratio,
    cast(q.headcount_at_request as double) - s.headcount_before as headcount_jump_gap,
    cast(coalesce(s.months_with_staff, 0) as bigint) as dsn_months_with_staff,
    d.worked_hours / nullif(d.contract_hours, 0) as worked_share,
    u.usual_worked_share,
    d.worked_hours / nullif(d.contract_hours, 0) / nullif(u.usual_worked_share, 0) as worked_vs_usual_ratio,
    d.overtime_hours as dsn_overtime_hours,
    case when x.closed_share is not null and d.worked_hours is not null then greatest(0, d.worked_hours - (1 - x.closed_share) * d.contract_hours) end
        as closure_worked_hours,
    case when d.worked_hours is not null then greatest(0, d.worked_hours - (1 - x.closed_share) * d.contract_hours)
        / nullif(x.closed_share * d.contract_hours, 0) end as closure_worked_share
from cases as c
left join dsn_month as d on d.k = c.k
left join dsn_request as q on q.k = c.k
left join dsn_usual as u on u.k = c.k
left join dsn_staff as s on s.k = c.k
left join closures as x on x.k = c.k
