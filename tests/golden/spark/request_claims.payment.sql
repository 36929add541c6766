SELECT
  c.k,
  CAST(SUM(d.claims) AS BIGINT) AS claims,
  CAST(SUM(d.employees) AS BIGINT) AS employees
FROM cases AS c
JOIN (
  SELECT
    s.sk,
    s.mi,
    s.request_id,
    r.known_on,
    COUNT(*) AS claims,
    SUM(r.employees) AS employees
  FROM claim_rows AS r
  JOIN repeated_claims AS s
    ON s.sk = r.sk AND s.mi = r.mi AND s.request_id = COALESCE(r.request_id, '')
  GROUP BY
    s.sk,
    s.mi,
    s.request_id,
    r.known_on
) AS d
  ON d.sk = c.sk
  AND d.mi = c.mi
  AND d.request_id = COALESCE(c.request_id, '')
  AND d.known_on <= c.as_of
GROUP BY
  c.k
