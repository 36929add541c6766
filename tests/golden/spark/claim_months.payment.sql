SELECT
  c.k,
  d.mi,
  d.employees,
  CASE WHEN d.mi = c.mi THEN c.hours ELSE d.idle_hours END AS idle_hours
FROM cases AS c
JOIN claim_days AS d
  ON d.request_id = c.request_id
  AND d.known_on <= c.as_of
  AND c.as_of < d.replaced_on
  AND d.mi <= c.mi
