SELECT
  k,
  COALESCE(
    SUM(CAST(ROUND(1e6 * base_pay, 0) AS BIGINT)) FILTER(WHERE
      mi >= case_mi - 3) / NULLIF(
      SUM(CAST(ROUND(1e6 * contract_hours, 0) AS BIGINT)) FILTER(WHERE
        mi >= case_mi - 3 AND NOT base_pay IS NULL),
      0
    ),
    SUM(CAST(ROUND(1e6 * gross_pay, 0) AS BIGINT)) FILTER(WHERE
      usual) / NULLIF(SUM(CAST(ROUND(1e6 * contract_hours, 0) AS BIGINT)) FILTER(WHERE
      usual), 0)
  ) AS usual_hourly_pay
FROM (
  SELECT
    c.k,
    c.mi AS case_mi,
    v.mi,
    v.contract_hours,
    v.base_pay,
    v.gross_pay,
    v.idle_hours <= 1e-2 * v.contract_hours
    AND v.contract_hours > 0
    AND v.suspended_hours = 0 AS usual
  FROM cases AS c
  JOIN dsn_versions AS v
    ON v.sk = c.sk
    AND v.valid_from <= c.as_of
    AND c.as_of < v.valid_to
    AND v.mi BETWEEN c.mi - 12 AND c.mi - 1
) AS months
GROUP BY
  k
