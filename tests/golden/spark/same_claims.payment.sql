SELECT
  c.k,
  CAST(SUM(d.claims) AS BIGINT) AS claims
FROM cases AS c
JOIN (
  SELECT
    s.sk,
    s.mi,
    s.request_id,
    COALESCE(r.employees, -1) AS employees,
    COALESCE(CAST(ROUND(r.idle_hours * 100, 0) AS BIGINT), -1) AS hundredths,
    r.known_on,
    COUNT(*) AS claims
  FROM claim_rows AS r
  JOIN repeated_claims AS s
    ON s.sk = r.sk AND s.mi = r.mi AND s.request_id = COALESCE(r.request_id, '')
  GROUP BY
    s.sk,
    s.mi,
    s.request_id,
    COALESCE(r.employees, -1),
    COALESCE(CAST(ROUND(r.idle_hours * 100, 0) AS BIGINT), -1),
    r.known_on
) AS d
  ON d.sk = c.sk
  AND d.mi = c.mi
  AND d.request_id = COALESCE(c.request_id, '')
  AND d.employees = COALESCE(c.employees, -1)
  AND d.hundredths = COALESCE(CAST(ROUND(c.hours * 100, 0) AS BIGINT), -1)
  AND d.known_on <= c.as_of
GROUP BY
  c.k
