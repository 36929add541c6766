WITH so_far AS (
  SELECT
    k,
    COUNT(*) AS months_claimed,
    SUM(CAST(ROUND(1e6 * idle_hours, 0) AS BIGINT)) / 1e6 AS hours_claimed
  FROM claim_months
  GROUP BY
    k
), amended AS (
  SELECT
    c.k,
    MAX(
      COALESCE(CASE WHEN r.decision_known_on <= c.as_of THEN r.hours_authorised END, r.hours)
    ) AS hours,
    MAX(
      COALESCE(
        CASE WHEN r.decision_known_on <= c.as_of THEN r.headcount_authorised END,
        r.covered_headcount
      )
    ) AS headcount
  FROM cases AS c
  JOIN request_rows AS r
    ON r.amends_request_id = c.request_id
  WHERE
    r.known_on <= c.as_of
    AND NOT COALESCE(r.status IN ('refused', 'withdrawn') AND r.decision_known_on <= c.as_of, FALSE)
  GROUP BY
    c.k
), authorised AS (
  SELECT
    cases.k,
    GREATEST(COALESCE(hours_authorised, request_hours), amended.hours) AS hours_authorised,
    GREATEST(COALESCE(headcount_authorised, request_employees), amended.headcount) AS headcount_authorised,
    LEAST(
      CAST(1 AS DOUBLE),
      (
        DATEDIFF(DAY, request_starts_on, period_end) + 1
      ) / NULLIF(CAST(DATEDIFF(DAY, request_starts_on, request_ends_on) + 1 AS DOUBLE), 0)
    ) AS elapsed_share
  FROM cases
  LEFT JOIN amended
    ON amended.k = cases.k
)
SELECT
  c.k,
  a.hours_authorised,
  CAST(a.headcount_authorised AS BIGINT) AS headcount_authorised,
  c.employees / NULLIF(CAST(a.headcount_authorised AS DOUBLE), 0) AS employees_over_authorised_ratio,
  CAST(c.employees - a.headcount_authorised AS BIGINT) AS employees_over_authorised_gap,
  s.hours_claimed AS hours_claimed_so_far,
  s.hours_claimed / NULLIF(a.hours_authorised, 0) AS hours_claimed_over_authorised_ratio,
  s.hours_claimed - a.hours_authorised AS hours_claimed_over_authorised_hours,
  CAST(COALESCE(s.months_claimed, 1) AS BIGINT) AS months_claimed,
  s.hours_claimed / NULLIF(a.hours_authorised * a.elapsed_share, 0) AS use_rate,
  DATEDIFF(DAY, c.period_end, c.request_starts_on) > 0
  OR DATEDIFF(DAY, c.request_ends_on, c.period_start) > 0 AS month_outside_authorisation
FROM cases AS c
LEFT JOIN so_far AS s
  ON s.k = c.k
LEFT JOIN authorised AS a
  ON a.k = c.k
