WITH closures AS (
  SELECT
    c.k,
    GREATEST(
      0,
      DATEDIFF(
        DAY,
        GREATEST(m.month, c.request_starts_on),
        LEAST(LAST_DAY(m.month), c.request_ends_on)
      ) + 1
    ) / CAST(DAY(LAST_DAY(m.month)) AS DOUBLE) AS closed_share
  FROM cases AS c
  JOIN law_months AS m
    ON YEAR(m.month) * 12 + MONTH(m.month) = c.mi
  WHERE
    c.scope = 3
), closed AS (
  SELECT
    k,
    NULLIF(closed_share, 0) AS closed_share
  FROM closures
)
SELECT
  c.k,
  CAST(d.headcount_at_request AS BIGINT) AS dsn_headcount_at_request,
  c.headcount_declared / NULLIF(CAST(d.headcount_at_request AS DOUBLE), 0) AS headcount_over_dsn_ratio,
  CAST(c.headcount_declared - d.headcount_at_request AS BIGINT) AS headcount_over_dsn_gap,
  CASE
    WHEN NOT d.last_mi IS NULL
    THEN GREATEST(0, LEAST(c.mi, c.as_of_mi - 1) - d.last_mi)
  END AS months_since_last_dsn,
  d.headcount_at_request / NULLIF(d.headcount_before, 0) AS headcount_jump_ratio,
  CAST(d.headcount_at_request AS DOUBLE) - d.headcount_before AS headcount_jump_gap,
  CAST(COALESCE(d.months_with_staff, 0) AS BIGINT) AS dsn_months_with_staff,
  d.worked_hours / NULLIF(d.contract_hours, 0) AS worked_share,
  d.usual_worked_share,
  d.worked_hours / NULLIF(d.contract_hours, 0) / NULLIF(d.usual_worked_share, 0) AS worked_vs_usual_ratio,
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
LEFT JOIN closed AS x
  ON x.k = c.k
