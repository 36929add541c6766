SELECT
  k,
  COUNT(*) AS overlapping_requests,
  SUM(covered_headcount) AS other_employees,
  MAX(
    DATEDIFF(DAY, GREATEST(starts_on, request_starts_on), LEAST(ends_on, request_ends_on)) + 1
  ) AS overlap_days
FROM request_neighbours
WHERE
  starts_on <= request_ends_on AND ends_on >= request_starts_on
GROUP BY
  k
