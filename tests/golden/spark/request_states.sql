SELECT
  request_id,
  known_on AS valid_from,
  COALESCE(LEAD(known_on) OVER next_day, CAST('9999-12-31' AS DATE)) AS valid_to,
  LAST_VALUE(status) IGNORE NULLS OVER so_far AS status,
  LAST_VALUE(covered_headcount) IGNORE NULLS OVER so_far AS covered_headcount,
  LAST_VALUE(hours) IGNORE NULLS OVER so_far AS hours,
  LAST_VALUE(amount) IGNORE NULLS OVER so_far AS amount
FROM request_events
WINDOW next_day AS (
  PARTITION BY request_id
  ORDER BY known_on NULLS LAST, status NULLS LAST, covered_headcount NULLS LAST, hours NULLS LAST, amount NULLS LAST
), so_far AS (
  PARTITION BY request_id
  ORDER BY known_on NULLS LAST, status NULLS LAST, covered_headcount NULLS LAST, hours NULLS LAST, amount NULLS LAST
  rows BETWEEN UNBOUNDED preceding AND CURRENT ROW
)
