SELECT
  c.k,
  CAST(SUM(d.claims) AS BIGINT) AS claims
FROM cases AS c
JOIN (
  SELECT
    sk,
    mi,
    COALESCE(request_id, '') AS request_id,
    COALESCE(employees, -1) AS employees,
    COALESCE(CAST(ROUND(idle_hours * 100, 0) AS BIGINT), -1) AS hundredths,
    known_on,
    COUNT(*) AS claims
  FROM claim_rows
  WHERE
    NOT sk IS NULL
  GROUP BY
    sk,
    mi,
    COALESCE(request_id, ''),
    COALESCE(employees, -1),
    COALESCE(CAST(ROUND(idle_hours * 100, 0) AS BIGINT), -1),
    known_on
) AS d
  ON d.sk = c.sk
  AND d.mi = c.mi
  AND d.request_id = COALESCE(c.request_id, '')
  AND d.employees = COALESCE(c.employees, -1)
  AND d.hundredths = COALESCE(CAST(ROUND(c.hours * 100, 0) AS BIGINT), -1)
  AND d.known_on <= c.as_of
GROUP BY
  c.k
