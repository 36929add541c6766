WITH spans AS (
  SELECT
    request_id,
    mi,
    MIN(known_on) AS first_on,
    MAX(known_on) AS last_on,
    MAX(idle_hours) AS idle_hours,
    MAX(employees) AS employees
  FROM claim_rows
  WHERE
    NOT request_id IS NULL
  GROUP BY
    request_id,
    mi
)
SELECT
  request_id,
  mi,
  first_on AS known_on,
  CAST('9999-12-31' AS DATE) AS replaced_on,
  idle_hours,
  employees
FROM spans
WHERE
  first_on = last_on
UNION ALL
SELECT
  request_id,
  mi,
  known_on,
  COALESCE(
    LEAD(known_on) OVER (PARTITION BY request_id, mi ORDER BY known_on NULLS LAST),
    CAST('9999-12-31' AS DATE)
  ),
  idle_hours,
  employees
FROM (
  SELECT
    c.request_id,
    c.mi,
    c.known_on,
    MAX(c.idle_hours) AS idle_hours,
    MAX(c.employees) AS employees
  FROM claim_rows AS c
  JOIN spans AS s
    ON s.request_id = c.request_id AND s.mi = c.mi AND s.first_on < s.last_on
  GROUP BY
    c.request_id,
    c.mi,
    c.known_on
) AS days
