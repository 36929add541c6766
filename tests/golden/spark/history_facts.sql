SELECT
  c.k,
  CASE
    WHEN NOT c.request_known_on IS NULL
    THEN COALESCE(o.overlapping_requests, 0)
  END AS overlapping_requests,
  CASE WHEN NOT c.request_known_on IS NULL THEN COALESCE(o.overlap_days, 0) END AS overlap_days,
  (
    c.request_employees + COALESCE(o.other_employees, 0)
  ) / NULLIF(CAST(c.headcount_declared AS DOUBLE), 0) AS overlapping_employees_share,
  m.months AS rolling_months,
  m.months - m.rolling_max_months AS rolling_months_over_limit,
  CASE WHEN NOT c.request_known_on IS NULL THEN COALESCE(r.earlier_requests, 0) END AS earlier_requests_in_commitment_window
FROM cases AS c
LEFT JOIN request_overlaps AS o
  ON o.k = c.k
LEFT JOIN rolling_months AS m
  ON m.k = c.k
LEFT JOIN recent_requests AS r
  ON r.k = c.k
