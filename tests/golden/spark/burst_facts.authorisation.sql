WITH twins AS (
  SELECT
    k,
    SUM(edge * (
      requests - own_requests
    )) AS twins
  FROM twin_days
  WHERE
    NOT k IS NULL
  GROUP BY
    k
)
SELECT
  c.k,
  CAST(t.twins AS BIGINT) AS twin_requests
FROM cases AS c
LEFT JOIN twins AS t
  ON t.k = c.k
