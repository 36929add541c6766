SELECT
  c.k,
  CAST(m.claims - m.request_claims AS BIGINT) AS other_request_claims,
  CAST(m.same_claims - 1 AS BIGINT) AS identical_claims,
  (
    m.employees - m.request_employees + c.employees
  ) / NULLIF(CAST(c.headcount_declared AS DOUBLE), 0) AS month_employees_share
FROM cases AS c
LEFT JOIN month_claims AS m
  ON m.k = c.k
