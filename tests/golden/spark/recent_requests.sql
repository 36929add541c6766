SELECT
  n.k,
  COUNT(*) AS earlier_requests
FROM request_neighbours AS n
JOIN law_procedure AS p
  ON p.valid_from <= n.known_on AND n.known_on < p.valid_to
WHERE
  n.starts_on < n.request_starts_on
  AND n.ends_on >= ADD_MONTHS(n.known_on, CAST(-p.commitments_months AS INT))
GROUP BY
  n.k
