SELECT
  naf,
  size_class,
  mi,
  day,
  CAST(SUM(time_n) AS BIGINT) AS time_n,
  CAST(SUM(time_sum) AS BIGINT) AS time_sum,
  CAST(SUM(time_squares) AS BIGINT) AS time_squares,
  CAST(SUM(euro_n) AS BIGINT) AS euro_n,
  CAST(SUM(euro_sum) AS BIGINT) AS euro_sum,
  CAST(SUM(euro_squares) AS BIGINT) AS euro_squares
FROM (
  SELECT
    naf,
    size_class,
    mi,
    day,
    COUNT(time_log) AS time_n,
    SUM(time_log) AS time_sum,
    SUM(time_log * time_log) AS time_squares,
    COUNT(euro_log) AS euro_n,
    SUM(euro_log) AS euro_sum,
    SUM(euro_log * euro_log) AS euro_squares
  FROM peer_rows
  GROUP BY
    naf,
    size_class,
    mi,
    day
  UNION ALL
  SELECT DISTINCT
    COALESCE(e.naf, ''),
    COALESCE(e.size_class, 'NN'),
    l.peer_mi,
    DATEDIFF(DAY, CAST('1970-01-01' AS DATE), l.as_of),
    0,
    0,
    0,
    0,
    0,
    0
  FROM looked_at AS l
  LEFT JOIN establishment_versions AS e
    ON e.sk = l.sk AND e.valid_from <= l.known_on AND l.known_on < e.valid_to
) AS days
GROUP BY
  naf,
  size_class,
  mi,
  day
