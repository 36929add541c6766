SELECT
  k,
  mi,
  idle_hours,
  employees
FROM (
  SELECT
    c.k,
    d.mi,
    d.employees,
    CASE WHEN d.mi = c.mi THEN c.hours ELSE d.idle_hours END AS idle_hours,
    ROW_NUMBER() OVER (PARTITION BY c.k, d.mi ORDER BY d.known_on DESC) AS version
  FROM cases AS c
  JOIN claim_days AS d
    ON d.request_id = c.request_id AND d.known_on <= c.as_of AND d.mi <= c.mi
) AS versions
WHERE
  version = 1
