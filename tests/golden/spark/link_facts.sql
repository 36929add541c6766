SELECT
  c.k,
  CASE WHEN NOT c.sn IS NULL THEN COALESCE(t.firms, 1) - 1 END AS linked_sirens,
  t.lowest_sn AS linked_group,
  CASE WHEN NOT c.sn IS NULL THEN COALESCE(u.firms, 1) - 1 END AS pattern_linked_sirens
FROM cases AS c
LEFT JOIN linked_firms AS f
  ON f.graph = 'account'
  AND f.sn = c.sn
  AND f.from_day <= DATEDIFF(DAY, CAST('1970-01-01' AS DATE), c.as_of)
  AND DATEDIFF(DAY, CAST('1970-01-01' AS DATE), c.as_of) < f.to_day
LEFT JOIN linked_totals AS t
  ON t.graph = 'account'
  AND t.group_sn = f.group_sn
  AND t.from_day <= DATEDIFF(DAY, CAST('1970-01-01' AS DATE), c.as_of)
  AND DATEDIFF(DAY, CAST('1970-01-01' AS DATE), c.as_of) < t.to_day
LEFT JOIN linked_firms AS g
  ON g.graph = 'pattern'
  AND g.sn = c.sn
  AND g.from_day <= DATEDIFF(DAY, CAST('1970-01-01' AS DATE), c.as_of)
  AND DATEDIFF(DAY, CAST('1970-01-01' AS DATE), c.as_of) < g.to_day
LEFT JOIN linked_totals AS u
  ON u.graph = 'pattern'
  AND u.group_sn = g.group_sn
  AND u.from_day <= DATEDIFF(DAY, CAST('1970-01-01' AS DATE), c.as_of)
  AND DATEDIFF(DAY, CAST('1970-01-01' AS DATE), c.as_of) < u.to_day
