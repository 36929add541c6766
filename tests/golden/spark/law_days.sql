SELECT
  YEAR(month) * 12 + MONTH(month) AS mi,
  DAY(LAST_DAY(month)) AS days,
  legal_hours,
  weekday_hours,
  working_days,
  public_holidays,
  annual_contingent,
  SUM(CAST(ROUND(1e6 * legal_hours, 0) AS BIGINT)) OVER (ORDER BY month NULLS LAST) / 1e6 - legal_hours AS legal_hours_before,
  apld_counts,
  SUM(
    CAST(ROUND(1e6 * CASE WHEN apld_counts THEN legal_hours ELSE 0 END, 0) AS BIGINT)
  ) OVER (ORDER BY month NULLS LAST) / 1e6 AS apld_hours_through,
  CASE WHEN apld_counts THEN legal_hours ELSE 0 END AS apld_hours
FROM law_months
