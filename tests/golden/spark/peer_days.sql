WITH days AS (
  SELECT
    CAST(NULL AS BIGINT) AS k,
    naf,
    SUBSTRING(naf, 1, 2) AS division,
    size_class,
    mi,
    day,
    time_log,
    euro_log
  FROM peer_rows
  UNION ALL
  SELECT
    c.k,
    p.naf,
    SUBSTRING(p.naf, 1, 2),
    p.size_class,
    p.mi,
    DATEDIFF(DAY, CAST('1970-01-01' AS DATE), c.as_of),
    NULL,
    NULL
  FROM cases AS c
  JOIN peer_rows AS p
    ON p.case_id = c.case_id
), grouped AS (
  SELECT
    k,
    1 AS level,
    CONCAT(COALESCE(naf, ''), '/', COALESCE(size_class, '')) AS peers,
    mi,
    day,
    time_log,
    euro_log
  FROM days
  UNION ALL
  SELECT
    k,
    2,
    CONCAT(COALESCE(division, ''), '/', COALESCE(size_class, '')),
    mi,
    day,
    time_log,
    euro_log
  FROM days
  UNION ALL
  SELECT
    k,
    3,
    division,
    mi,
    day,
    time_log,
    euro_log
  FROM days
  UNION ALL
  SELECT
    k,
    4,
    '',
    mi,
    day,
    time_log,
    euro_log
  FROM days
)
SELECT
  k,
  level,
  COUNT(time_log) OVER by_day AS time_n,
  SUM(time_log) OVER by_day AS time_sum,
  SUM(time_log * time_log) OVER by_day AS time_squares,
  COUNT(euro_log) OVER by_day AS euro_n,
  SUM(euro_log) OVER by_day AS euro_sum,
  SUM(euro_log * euro_log) OVER by_day AS euro_squares
FROM grouped
WINDOW by_day AS (PARTITION BY level, peers, mi ORDER BY day NULLS LAST)
