SELECT
  h.k,
  h.request_known_on AS known_on,
  h.request_starts_on,
  h.request_ends_on,
  r.request_id,
  r.starts_on,
  r.ends_on,
  COALESCE(s.covered_headcount, r.covered_headcount) AS covered_headcount
FROM request_shelves AS h
JOIN request_ranks AS r
  ON r.sk = h.sk AND r.shelf = h.shelf
LEFT JOIN request_states AS s
  ON s.request_id = r.request_id AND s.valid_from <= h.as_of AND h.as_of < s.valid_to
WHERE
  r.request_id <> h.request_id
  AND r.known_on <= h.as_of
  AND NOT COALESCE(s.status, CASE WHEN r.decision_known_on <= h.as_of THEN r.status END, 'pending') IN ('refused', 'withdrawn')
  AND COALESCE(r.amends_request_id, '') <> h.request_id
  AND COALESCE(h.amends_request_id, '') <> r.request_id
