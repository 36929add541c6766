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
)
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
