SELECT
  k,
  MAX(mi) FILTER(WHERE
    mi <= case_mi) AS last_mi,
  MAX_BY(headcount, mi) FILTER(WHERE
    mi <= declared_mi AND NOT headcount IS NULL) AS headcount_at_request,
  AVG(headcount) FILTER(WHERE
    mi BETWEEN declared_mi - 6 AND declared_mi - 4) AS headcount_before,
  COUNT(*) FILTER(WHERE
    mi BETWEEN case_mi - 12 AND case_mi - 1 AND headcount > 0) AS months_with_staff,
  MAX(headcount) FILTER(WHERE
    mi = case_mi) AS headcount,
  MAX(contract_hours) FILTER(WHERE
    mi = case_mi) AS contract_hours,
  MAX(worked_hours) FILTER(WHERE
    mi = case_mi) AS worked_hours,
  MAX(leave_hours) FILTER(WHERE
    mi = case_mi) AS leave_hours,
  MAX(suspended_hours) FILTER(WHERE
    mi = case_mi) AS suspended_hours,
  MAX(idle_hours) FILTER(WHERE
    mi = case_mi) AS idle_hours,
  MAX(overtime_hours) FILTER(WHERE
    mi = case_mi) AS overtime_hours,
  MAX(base_pay) FILTER(WHERE
    mi = case_mi) AS base_pay,
  SUM(CAST(ROUND(1e6 * worked_hours, 0) AS BIGINT)) FILTER(WHERE
    mi BETWEEN case_mi - 12 AND case_mi - 1 AND usual) / NULLIF(
    SUM(CAST(ROUND(1e6 * contract_hours, 0) AS BIGINT)) FILTER(WHERE
      mi BETWEEN case_mi - 12 AND case_mi - 1 AND usual),
    0
  ) AS usual_worked_share,
  COALESCE(
    SUM(CAST(ROUND(1e6 * base_pay, 0) AS BIGINT)) FILTER(WHERE
      mi BETWEEN case_mi - 3 AND case_mi - 1) / NULLIF(
      SUM(CAST(ROUND(1e6 * contract_hours, 0) AS BIGINT)) FILTER(WHERE
        mi BETWEEN case_mi - 3 AND case_mi - 1 AND NOT base_pay IS NULL),
      0
    ),
    SUM(CAST(ROUND(1e6 * gross_pay, 0) AS BIGINT)) FILTER(WHERE
      mi BETWEEN case_mi - 12 AND case_mi - 1 AND usual AND suspended_hours = 0) / NULLIF(
      SUM(CAST(ROUND(1e6 * contract_hours, 0) AS BIGINT)) FILTER(WHERE
        mi BETWEEN case_mi - 12 AND case_mi - 1 AND usual AND suspended_hours = 0),
      0
    )
  ) AS usual_hourly_pay
FROM (
  SELECT
    *,
    idle_hours <= 1e-2 * contract_hours AND contract_hours > 0 AS usual
  FROM dsn_known
) AS known
GROUP BY
  k
