SELECT
  account,
  hours_key,
  covered_headcount,
  day,
  CAST(SUM(requests) AS BIGINT) AS requests
FROM twin_days
GROUP BY
  account,
  hours_key,
  covered_headcount,
  day
