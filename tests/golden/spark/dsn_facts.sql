SELECT
  c.k,
  CAST(q.headcount_at_request AS BIGINT) AS dsn_headcount_at_request,
  c.headcount_declared / NULLIF(CAST(q.headcount_at_request AS DOUBLE), 0) AS headcount_over_dsn_ratio,
  CAST(c.headcount_declared - q.headcount_at_request AS BIGINT) AS headcount_over_dsn_gap,
  CASE
    WHEN NOT s.last_mi IS NULL
    THEN GREATEST(0, LEAST(c.mi, c.as_of_mi - 1) - s.last_mi)
  END AS months_since_last_dsn,
  q.headcount_at_request / NULLIF(s.headcount_before, 0) AS headcount_jump_ratio,
  CAST(q.headcount_at_request AS DOUBLE) - s.headcount_before AS headcount_jump_gap,
  CAST(COALESCE(s.months_with_staff, 0) AS BIGINT) AS dsn_months_with_staff,
  d.worked_hours / NULLIF(d.contract_hours, 0) AS worked_share,
  u.usual_worked_share,
  d.worked_hours / NULLIF(d.contract_hours, 0) / NULLIF(u.usual_worked_share, 0) AS worked_vs_usual_ratio,
  d.overtime_hours AS dsn_overtime_hours,
  CASE
    WHEN NOT x.closed_share IS NULL AND NOT d.worked_hours IS NULL
    THEN GREATEST(0, d.worked_hours - (
      1 - x.closed_share
    ) * d.contract_hours)
  END AS closure_worked_hours,
  CASE
    WHEN NOT d.worked_hours IS NULL
    THEN GREATEST(0, d.worked_hours - (
      1 - x.closed_share
    ) * d.contract_hours) / NULLIF(x.closed_share * d.contract_hours, 0)
  END AS closure_worked_share
FROM cases AS c
LEFT JOIN dsn_month AS d
  ON d.k = c.k
LEFT JOIN dsn_request AS q
  ON q.k = c.k
LEFT JOIN dsn_usual AS u
  ON u.k = c.k
LEFT JOIN dsn_staff AS s
  ON s.k = c.k
LEFT JOIN closures AS x
  ON x.k = c.k
