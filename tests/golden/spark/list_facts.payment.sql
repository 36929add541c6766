SELECT
  c.k,
  CAST(s.persons AS BIGINT) AS persons_listed,
  c.hours - s.idle_hours AS hours_not_listed,
  CASE
    WHEN s.persons >= 3
    THEN s.least_idle = s.most_idle
    AND s.most_idle > 0
    AND ROUND(s.most_idle * 2e5, 0) = 1e6 * FLOOR(s.most_idle / 5)
  END AS same_round_hours,
  s.hours_over_arrangement AS hours_over_arrangement,
  s.hours_over_own_contract AS listed_hours_over_contract
FROM cases AS c
LEFT JOIN line_sums AS s
  ON s.k = c.k
