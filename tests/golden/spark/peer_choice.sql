SELECT
  k,
  quantity,
  n,
  total,
  squares,
  own
FROM (
  SELECT
    *,
    ROW_NUMBER() OVER (PARTITION BY k, quantity ORDER BY level NULLS LAST) AS choice
  FROM (
    SELECT
      d.k,
      d.level,
      'time' AS quantity,
      p.time_log AS own,
      d.time_n - 1 AS n,
      d.time_sum - p.time_log AS total,
      d.time_squares - p.time_log * p.time_log AS squares
    FROM peer_days AS d
    JOIN cases AS c
      ON c.k = d.k
    JOIN peer_rows AS p
      ON p.case_id = c.case_id
    WHERE
      NOT p.time_log IS NULL
    UNION ALL
    SELECT
      d.k,
      d.level,
      'euro',
      p.euro_log,
      d.euro_n - 1,
      d.euro_sum - p.euro_log,
      d.euro_squares - p.euro_log * p.euro_log
    FROM peer_days AS d
    JOIN cases AS c
      ON c.k = d.k
    JOIN peer_rows AS p
      ON p.case_id = c.case_id
    WHERE
      NOT p.euro_log IS NULL
  ) AS levels
  WHERE
    n >= 30
) AS ranked
WHERE
  choice = 1
