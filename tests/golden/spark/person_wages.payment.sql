WITH wages AS (
  SELECT
    l.k,
    l.person_key,
    l.idle_hours,
    l.hourly_wage,
    t.month_legal_hours,
    p.base_pay / p.contract_hours * GREATEST(1, p.contract_hours / t.month_legal_hours) AS dsn_wage,
    ROW_NUMBER() OVER (PARTITION BY l.k, l.person_key ORDER BY p.mi DESC, p.contract_id NULLS LAST) AS choice
  FROM line_rows AS l
  JOIN legal_time AS t
    ON t.k = l.k
  JOIN payroll_versions AS p
    ON p.person_key = l.person_key
    AND p.sk = l.sk
    AND p.mi BETWEEN l.mi - 1 AND l.mi
    AND p.valid_from <= l.as_of
    AND l.as_of < p.valid_to
  WHERE
    NOT p.base_pay IS NULL AND p.contract_hours > 0
)
SELECT
  k,
  SUM(CAST(ROUND(1e6 * idle_hours * hourly_wage, 0) AS BIGINT)) / 1e6 AS declared_eur,
  SUM(CAST(ROUND(1e6 * idle_hours * dsn_wage, 0) AS BIGINT)) / 1e6 AS dsn_eur,
  SUM(CAST(ROUND(1e6 * idle_hours, 0) AS BIGINT)) / 1e6 AS hours
FROM wages
WHERE
  choice = 1
GROUP BY
  k
