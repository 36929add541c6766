SELECT
  c.k,
  SUM(CAST(ROUND(1e6 * v.worked_hours, 0) AS BIGINT)) / NULLIF(SUM(CAST(ROUND(1e6 * v.contract_hours, 0) AS BIGINT)), 0) AS usual_worked_share
FROM cases AS c
JOIN dsn_versions AS v
  ON v.sk = c.sk
  AND v.valid_from <= c.as_of
  AND c.as_of < v.valid_to
  AND v.mi BETWEEN c.mi - 12 AND c.mi - 1
WHERE
  v.idle_hours <= 1e-2 * v.contract_hours AND v.contract_hours > 0
GROUP BY
  c.k
