SELECT
  c.k,
  CASE WHEN NOT c.sk IS NULL THEN COALESCE(m.claims, 1) - COALESCE(r.claims, 1) END AS other_request_claims,
  CASE WHEN NOT c.sk IS NULL THEN COALESCE(s.claims, 1) - 1 END AS identical_claims,
  CASE
    WHEN NOT c.sk IS NULL
    THEN COALESCE(m.employees, c.employees) - COALESCE(r.employees, c.employees) + c.employees
  END / NULLIF(CAST(c.headcount_declared AS DOUBLE), 0) AS month_employees_share
FROM cases AS c
LEFT JOIN month_claims AS m
  ON m.k = c.k
LEFT JOIN request_claims AS r
  ON r.k = c.k
LEFT JOIN same_claims AS s
  ON s.k = c.k
