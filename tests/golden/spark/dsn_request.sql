WITH near AS (
  SELECT
    c.k,
    c.sk,
    c.mi,
    c.declared_mi,
    c.as_of,
    v.headcount
  FROM cases AS c
  LEFT JOIN dsn_versions AS v
    ON v.sk = c.sk
    AND v.mi = c.declared_mi
    AND v.valid_from <= c.as_of
    AND c.as_of < v.valid_to
), far AS (
  SELECT
    c.k,
    MAX_BY(v.headcount, v.mi) FILTER(WHERE
      NOT v.headcount IS NULL) AS headcount
  FROM near AS c
  JOIN dsn_versions AS v
    ON v.sk = c.sk AND v.valid_from <= c.as_of AND c.as_of < v.valid_to
  WHERE
    c.headcount IS NULL
    AND v.mi < c.declared_mi
    AND (
      v.mi BETWEEN c.mi - 12 AND c.mi OR v.mi >= c.declared_mi - 6
    )
  GROUP BY
    c.k
)
SELECT
  near.k,
  COALESCE(near.headcount, far.headcount) AS headcount_at_request
FROM near
LEFT JOIN far
  ON far.k = near.k
