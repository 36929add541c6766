SELECT
  c.sk,
  c.mi,
  COALESCE(c.request_id, '') AS request_id
FROM claim_rows AS c
JOIN several_claims AS s
  ON s.sk = c.sk AND s.mi = c.mi
GROUP BY
  c.sk,
  c.mi,
  COALESCE(c.request_id, '')
HAVING
  COUNT(*) > 1
