WITH earlier AS (
  SELECT
    k,
    SUM(
      GREATEST(
        0,
        DATEDIFF(
          DAY,
          GREATEST(
            counted_from,
            COALESCE(CAST(counted_before + INTERVAL '1' DAY AS DATE), counted_from)
          ),
          counted_to
        ) + 1
      )
    ) AS days_before
  FROM request_spans
  GROUP BY
    k
), recent AS (
  SELECT
    n.k,
    COUNT(*) AS earlier_requests
  FROM request_neighbours AS n
  JOIN law_procedure AS p
    ON p.valid_from <= n.known_on AND n.known_on < p.valid_to
  WHERE
    n.starts_on < n.request_starts_on
    AND n.ends_on >= ADD_MONTHS(n.known_on, CAST(-p.commitments_months AS INT))
  GROUP BY
    n.k
), rolled AS (
  SELECT
    c.k,
    p.rolling_max_months,
    (
      COALESCE(e.days_before, 0) + DATEDIFF(DAY, c.request_starts_on, c.request_ends_on) + 1
    ) / 3.0436875e1 AS months
  FROM cases AS c
  JOIN law_procedure AS p
    ON p.valid_from <= GREATEST(c.request_known_on, c.request_starts_on)
    AND GREATEST(c.request_known_on, c.request_starts_on) < p.valid_to
  LEFT JOIN earlier AS e
    ON e.k = c.k
  WHERE
    NOT p.rolling_max_months IS NULL
    AND c.scheme = 'APDC'
    AND COALESCE(c.motive, 0) <> 3
)
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
LEFT JOIN rolled AS m
  ON m.k = c.k
LEFT JOIN recent AS r
  ON r.k = c.k
