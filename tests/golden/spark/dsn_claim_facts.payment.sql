SELECT
  c.k,
  CAST(d.headcount AS BIGINT) AS dsn_headcount,
  c.employees / NULLIF(CAST(d.headcount AS DOUBLE), 0) AS employees_over_dsn_ratio,
  CAST(c.employees - d.headcount AS BIGINT) AS employees_over_dsn_gap,
  d.contract_hours AS dsn_contract_hours,
  d.worked_hours AS dsn_worked_hours,
  d.leave_hours AS dsn_leave_hours,
  d.suspended_hours AS dsn_suspended_hours,
  d.idle_hours AS dsn_idle_hours,
  (
    c.hours + d.worked_hours + d.leave_hours
  ) / NULLIF(d.contract_hours, 0) AS time_used_ratio,
  (
    c.hours + d.worked_hours + d.leave_hours + d.suspended_hours
  ) / NULLIF(d.contract_hours, 0) AS time_used_with_suspended_ratio,
  c.hours + d.worked_hours + d.leave_hours + d.suspended_hours - d.contract_hours AS time_over_contract_hours,
  c.hours - d.idle_hours AS idle_over_dsn_hours,
  (
    c.hours - d.idle_hours
  ) / NULLIF(c.hours, 0) AS idle_over_dsn_share,
  c.hours / NULLIF(d.contract_hours, 0) AS idle_of_contract_share
FROM cases AS c
LEFT JOIN dsn_month AS d
  ON d.k = c.k
