SELECT
  c.k,
  p.naf,
  p.size_class,
  p.mi,
  p.time_log,
  p.euro_log,
  DATEDIFF(DAY, CAST('1970-01-01' AS DATE), c.as_of) AS day
FROM cases AS c
JOIN peer_rows AS p
  ON p.case_id = c.case_id
