WITH grouped AS (
  SELECT
    1 AS level,
    CONCAT(COALESCE(naf, ''), '/', COALESCE(size_class, '')) AS peers,
    mi,
    day,
    time_n,
    time_sum,
    time_squares,
    euro_n,
    euro_sum,
    euro_squares
  FROM peer_sums
  UNION ALL
  SELECT
    2,
    CONCAT(COALESCE(SUBSTRING(naf, 1, 2), ''), '/', COALESCE(size_class, '')),
    mi,
    day,
    SUM(time_n),
    SUM(time_sum),
    SUM(time_squares),
    SUM(euro_n),
    SUM(euro_sum),
    SUM(euro_squares)
  FROM peer_sums
  GROUP BY
    SUBSTRING(naf, 1, 2),
    size_class,
    mi,
    day
  UNION ALL
  SELECT
    3,
    SUBSTRING(naf, 1, 2),
    mi,
    day,
    SUM(time_n),
    SUM(time_sum),
    SUM(time_squares),
    SUM(euro_n),
    SUM(euro_sum),
    SUM(euro_squares)
  FROM peer_sums
  GROUP BY
    SUBSTRING(naf, 1, 2),
    mi,
    day
  UNION ALL
  SELECT
    4,
    '',
    mi,
    day,
    SUM(time_n),
    SUM(time_sum),
    SUM(time_squares),
    SUM(euro_n),
    SUM(euro_sum),
    SUM(euro_squares)
  FROM peer_sums
  GROUP BY
    mi,
    day
), running AS (
  SELECT
    level,
    peers,
    mi,
    day,
    CAST(SUM(time_n) OVER by_day AS BIGINT) AS time_n,
    CAST(SUM(time_sum) OVER by_day AS BIGINT) AS time_sum,
    CAST(SUM(time_squares) OVER by_day AS BIGINT) AS time_squares,
    CAST(SUM(euro_n) OVER by_day AS BIGINT) AS euro_n,
    CAST(SUM(euro_sum) OVER by_day AS BIGINT) AS euro_sum,
    CAST(SUM(euro_squares) OVER by_day AS BIGINT) AS euro_squares
  FROM grouped
  WINDOW by_day AS (PARTITION BY level, peers, mi ORDER BY day NULLS LAST)
)
SELECT
  level,
  peers,
  mi,
  day,
  CASE WHEN time_n > 30 THEN time_n END AS time_n,
  CASE WHEN time_n > 30 THEN time_sum END AS time_sum,
  CASE WHEN time_n > 30 THEN time_squares END AS time_squares,
  CASE WHEN euro_n > 30 THEN euro_n END AS euro_n,
  CASE WHEN euro_n > 30 THEN euro_sum END AS euro_sum,
  CASE WHEN euro_n > 30 THEN euro_squares END AS euro_squares
FROM running
WHERE
  time_n > 30 OR euro_n > 30
