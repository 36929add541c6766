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
      COALESCE(
        CASE WHEN r.decision_known_on <= c.as_of THEN r.hours_authorised END,
        s.hours,
        r.hours
      )
    ) AS hours,
    MAX(
      COALESCE(
        CASE WHEN r.decision_known_on <= c.as_of THEN r.headcount_authorised END,
        s.covered_headcount,
        r.covered_headcount
      )
    ) AS headcount
  FROM cases AS c
  JOIN request_rows AS r
    ON r.amends_request_id = c.request_id
  LEFT JOIN request_states AS s
    ON s.request_id = r.request_id AND s.valid_from <= c.as_of AND c.as_of < s.valid_to
  WHERE
    r.known_on <= c.as_of
    AND NOT c.request_known_on IS NULL
    AND NOT COALESCE(s.status, CASE WHEN r.decision_known_on <= c.as_of THEN r.status END, 'pending') IN ('refused', 'withdrawn')
  GROUP BY
    c.k
), authorised AS (
  SELECT
    c.k,
    c.employees,
    c.period_start,
    c.period_end,
    c.request_starts_on,
    c.request_ends_on,
    GREATEST(COALESCE(c.hours_authorised, c.request_hours), a.hours) AS hours_authorised,
    GREATEST(COALESCE(c.headcount_authorised, c.request_employees), a.headcount) AS headcount_authorised,
    CASE
      WHEN c.period_end >= c.request_starts_on
      THEN LEAST(
        CAST(1 AS DOUBLE),
        (
          DATEDIFF(DAY, c.request_starts_on, c.period_end) + 1
        ) / NULLIF(CAST(DATEDIFF(DAY, c.request_starts_on, c.request_ends_on) + 1 AS DOUBLE), 0)
      )
    END AS elapsed_share,
    s.hours_claimed,
    s.months_claimed
  FROM cases AS c
  LEFT JOIN amended AS a
    ON a.k = c.k
  LEFT JOIN so_far AS s
    ON s.k = c.k
)
SELECT
  k,
  hours_authorised,
  CAST(headcount_authorised AS BIGINT) AS headcount_authorised,
  employees / NULLIF(CAST(headcount_authorised AS DOUBLE), 0) AS employees_over_authorised_ratio,
  CAST(employees - headcount_authorised AS BIGINT) AS employees_over_authorised_gap,
  hours_claimed AS hours_claimed_so_far,
  hours_claimed / NULLIF(hours_authorised, 0) AS hours_claimed_over_authorised_ratio,
  hours_claimed - hours_authorised AS hours_claimed_over_authorised_hours,
  CAST(COALESCE(months_claimed, 1) AS BIGINT) AS months_claimed,
  hours_claimed / NULLIF(hours_authorised * elapsed_share, 0) AS use_rate,
  DATEDIFF(DAY, period_end, request_starts_on) > 0
  OR DATEDIFF(DAY, request_ends_on, period_start) > 0 AS month_outside_authorisation
FROM authorised
