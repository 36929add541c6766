SELECT
  c.k,
  COALESCE(e.naf, '') AS naf,
  COALESCE(e.size_class, 'NN') AS size_class,
  c.mi,
  CASE
    WHEN c.hours > 0 AND c.employees > 0
    THEN CAST(ROUND(1e3 * LN(c.hours / c.employees), 0) AS BIGINT)
  END AS time_log,
  CASE
    WHEN c.hours > 0 AND c.amount > 0
    THEN CAST(ROUND(1e3 * LN(c.amount / c.hours), 0) AS BIGINT)
  END AS euro_log,
  DATEDIFF(DAY, CAST('1970-01-01' AS DATE), c.as_of) AS day
FROM cases AS c
LEFT JOIN establishment_versions AS e
  ON e.sk = c.sk AND e.valid_from <= c.known_on AND c.known_on < e.valid_to
