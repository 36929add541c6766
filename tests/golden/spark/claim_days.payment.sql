SELECT
  request_id,
  mi,
  known_on,
  COALESCE(
    LEAD(known_on) OVER (PARTITION BY request_id, mi ORDER BY known_on NULLS LAST),
    CAST('9999-12-31' AS DATE)
  ) AS replaced_on,
  idle_hours,
  employees
FROM (
  SELECT
    request_id,
    mi,
    known_on,
    MAX(idle_hours) AS idle_hours,
    MAX(employees) AS employees
  FROM claim_rows
  WHERE
    NOT request_id IS NULL
  GROUP BY
    request_id,
    mi,
    known_on
) AS days
