SELECT
  c.k,
  c.sk,
  r.shelf + s.step AS shelf,
  c.as_of,
  c.request_id,
  c.amends_request_id,
  c.request_known_on,
  c.request_starts_on,
  c.request_ends_on
FROM cases AS c
JOIN request_ranks AS r
  ON r.request_id = c.request_id
CROSS JOIN (
  SELECT
    -1 AS step
  UNION ALL
  SELECT
    0
  UNION ALL
  SELECT
    1
) AS s
WHERE
  r.requests > 1 AND r.shelf + s.step BETWEEN 0 AND r.requests DIV 128
