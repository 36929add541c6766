SELECT
  c.k,
  CAST(m.claims - r.claims AS BIGINT) AS other_request_claims,
  CAST(s.claims - 1 AS BIGINT) AS identical_claims,
  (
    m.employees - r.employees + c.employees
  ) / NULLIF(CAST(c.headcount_declared AS DOUBLE), 0) AS month_employees_share
FROM cases AS c
LEFT JOIN month_claims AS m
  ON m.k = c.k
LEFT JOIN request_claims AS r
  ON r.k = c.k
LEFT JOIN same_claims AS s
  ON s.k = c.k
