-- A row is a claim: what it claims against the payroll (DSN) of its establishment for the same month.
select
    c.k,
    cast(d.headcount as bigint) as dsn_headcount,
    c.employees / nullif(cast(d.headcount as double), 0) as employees_over_dsn_ratio,
    cast(c.employees - d.headcount as bigint) as employees_over_dsn_gap,
    d.contract_hours as dsn_contract_hours,
    d.worked_hours as dsn_worked_hours,
    d.leave_hours as dsn_leave_hours,
    d.suspended_hours as dsn_suspended_hours,
    d.idle_hours as dsn_idle_hours,
    (c.hours + d.worked_hours + d.leave_hours) / nullif(d.contract_hours, 0) as time_used_ratio,
    (c.hours + d.worked_hours + d.leave_hours + d.suspended_hours) / nullif(d.contract_hours, 0)
        as time_used_with_suspended_ratio,
    c.hours + d.worked_hours + d.leave_hours + d.suspended_hours - d.contract_hours as time_over_contract_hours,
    c.hours - d.idle_hours as idle_over_dsn_hours,
    (c.hours - d.idle_hours) / nullif(c.hours, 0) as idle_over_dsn_share,
    c.hours / nullif(d.contract_hours, 0) as idle_of_contract_share
from cases as c
left join dsn_month as d on d.k = c.k
