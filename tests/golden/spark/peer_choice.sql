WITH own AS (
  SELECT
    k,
    time_log,
    euro_log,
    mi,
    day,
    CONCAT(COALESCE(naf, ''), '/', COALESCE(size_class, '')) AS class_peers,
    CONCAT(COALESCE(SUBSTRING(naf, 1, 2), ''), '/', COALESCE(size_class, '')) AS size_peers,
    SUBSTRING(naf, 1, 2) AS division_peers
  FROM peer_own
)
SELECT
  o.k,
  o.time_log,
  o.euro_log,
  COALESCE(a.time_n, b.time_n, d.time_n, m.time_n) - 1 AS time_n,
  COALESCE(a.time_sum, b.time_sum, d.time_sum, m.time_sum) - o.time_log AS time_sum,
  COALESCE(a.time_squares, b.time_squares, d.time_squares, m.time_squares) - o.time_log * o.time_log AS time_squares,
  COALESCE(a.euro_n, b.euro_n, d.euro_n, m.euro_n) - 1 AS euro_n,
  COALESCE(a.euro_sum, b.euro_sum, d.euro_sum, m.euro_sum) - o.euro_log AS euro_sum,
  COALESCE(a.euro_squares, b.euro_squares, d.euro_squares, m.euro_squares) - o.euro_log * o.euro_log AS euro_squares
FROM own AS o
LEFT JOIN peer_days AS a
  ON a.level = 1 AND a.peers = o.class_peers AND a.mi = o.mi AND a.day = o.day
LEFT JOIN peer_days AS b
  ON b.level = 2 AND b.peers = o.size_peers AND b.mi = o.mi AND b.day = o.day
LEFT JOIN peer_days AS d
  ON d.level = 3 AND d.peers = o.division_peers AND d.mi = o.mi AND d.day = o.day
LEFT JOIN peer_days AS m
  ON m.level = 4 AND m.mi = o.mi AND m.day = o.day
