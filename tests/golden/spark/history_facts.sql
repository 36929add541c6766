SELECT
  c.k,
  CAST(COALESCE(o.overlapping_requests, 0) AS BIGINT) AS overlapping_requests,
  CAST(COALESCE(o.overlap_days, 0) AS BIGINT) AS overlap_days,
  (
    c.request_employees + COALESCE(o.other_employees, 0)
  ) / NULLIF(CAST(c.headcount_declared AS DOUBLE), 0) AS overlapping_employees_share,
  m.months AS rolling_months,
  m.months - m.rolling_max_months AS rolling_months_over_limit,
  CAST(COALESCE(r.earlier_requests, 0) AS BIGINT) AS earlier_requests_in_commitment_window
FROM cases AS c
LEFT JOIN request_overlaps AS o
  ON o.k = c.k
LEFT JOIN rolling_months AS m
  ON m.k = c.k
LEFT JOIN recent_requests AS r
  ON r.k = c.k
