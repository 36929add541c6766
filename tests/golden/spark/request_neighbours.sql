SELECT
  c.k,
  c.request_known_on AS known_on,
  c.request_starts_on,
  c.request_ends_on,
  r.request_id,
  r.starts_on,
  r.ends_on,
  COALESCE(s.covered_headcount, r.covered_headcount) AS covered_headcount
FROM request_shelves AS h
JOIN cases AS c
  ON c.k = h.k
JOIN request_ranks AS r
  ON r.sk = h.sk AND r.shelf = h.shelf
LEFT JOIN request_states AS s
  ON s.request_id = r.request_id AND s.valid_from <= c.as_of AND c.as_of < s.valid_to
WHERE
  r.request_id <> c.request_id
  AND r.known_on <= c.as_of
  AND NOT COALESCE(s.status, CASE WHEN r.decision_known_on <= c.as_of THEN r.status END, 'pending') IN ('refused', 'withdrawn')
  AND COALESCE(r.amends_request_id, '') <> c.request_id
  AND COALESCE(c.amends_request_id, '') <> r.request_id
