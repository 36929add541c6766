WITH distances AS (
  SELECT
    k,
    quantity,
    n,
    (
      own - total / NULLIF(CAST(n AS DOUBLE), 0)
    ) / GREATEST(
      CAST(50 AS DOUBLE),
      SQRT(
        GREATEST(
          CAST(0 AS DOUBLE),
          squares / NULLIF(CAST(n AS DOUBLE), 0) - (
            total / NULLIF(CAST(n AS DOUBLE), 0)
          ) * (
            total / NULLIF(CAST(n AS DOUBLE), 0)
          )
        )
      )
    ) AS z,
    EXP(total / NULLIF(CAST(n AS DOUBLE), 0) / 1e3) AS usual
  FROM peer_choice
)
SELECT
  c.k,
  MAX(d.z) FILTER(WHERE
    d.quantity = 'time') AS peer_hours_z,
  MAX(d.z) FILTER(WHERE
    d.quantity = 'euro') AS peer_hourly_amount_z,
  MAX(d.usual) FILTER(WHERE
    d.quantity = 'time') AS peer_usual_hours,
  MAX(d.usual) FILTER(WHERE
    d.quantity = 'euro') AS peer_usual_hourly_amount_eur,
  CAST(MAX(d.n) AS BIGINT) AS peer_count
FROM cases AS c
LEFT JOIN distances AS d
  ON d.k = c.k
GROUP BY
  c.k
