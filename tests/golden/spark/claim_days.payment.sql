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
