SELECT
  c.k,
  t.working_hours,
  CAST(t.public_holidays AS BIGINT) AS public_holidays,
  c.hours / NULLIF(CAST(c.employees AS DOUBLE), 0) / NULLIF(t.working_hours, 0) AS hours_over_working_days_ratio,
  (
    c.hours - d.idle_hours
  ) / NULLIF(c.employees * (
    t.month_weekday_hours - t.working_hours
  ), 0) AS idle_over_dsn_per_holiday_ratio
FROM cases AS c
LEFT JOIN legal_time AS t
  ON t.k = c.k
LEFT JOIN dsn_month AS d
  ON d.k = c.k
