WITH means AS (
  SELECT
    *,
    time_sum / NULLIF(CAST(time_n AS DOUBLE), 0) AS time_mean,
    euro_sum / NULLIF(CAST(euro_n AS DOUBLE), 0) AS euro_mean
  FROM peer_choice
), spreads AS (
  SELECT
    *,
    GREATEST(
      CAST(50 AS DOUBLE),
      SQRT(
        GREATEST(
          CAST(0 AS DOUBLE),
          time_squares / NULLIF(CAST(time_n AS DOUBLE), 0) - time_mean * time_mean
        )
      )
    ) AS time_spread,
    GREATEST(
      CAST(50 AS DOUBLE),
      SQRT(
        GREATEST(
          CAST(0 AS DOUBLE),
          euro_squares / NULLIF(CAST(euro_n AS DOUBLE), 0) - euro_mean * euro_mean
        )
      )
    ) AS euro_spread
  FROM means
)
SELECT
  c.k,
  (
    s.time_log - s.time_mean
  ) / NULLIF(s.time_spread, 0) AS peer_hours_z,
  (
    s.euro_log - s.euro_mean
  ) / NULLIF(s.euro_spread, 0) AS peer_hourly_amount_z,
  EXP(s.time_mean / 1e3) AS peer_usual_hours,
  EXP(s.euro_mean / 1e3) AS peer_usual_hourly_amount_eur,
  CAST(GREATEST(
    CASE WHEN NOT s.time_log IS NULL THEN s.time_n END,
    CASE WHEN NOT s.euro_log IS NULL THEN s.euro_n END
  ) AS BIGINT) AS peer_count
FROM cases AS c
LEFT JOIN spreads AS s
  ON s.k = c.k
