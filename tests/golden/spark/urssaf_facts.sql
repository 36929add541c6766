WITH latest AS (
  SELECT
    c.k,
    MAX_BY(v.headcount, v.mi) FILTER(WHERE
      NOT v.headcount IS NULL) AS headcount
  FROM cases AS c
  JOIN mean_headcounts AS v
    ON v.sk = c.sk AND v.valid_from <= c.as_of AND c.as_of < v.valid_to
  WHERE
    v.mi BETWEEN c.declared_mi - 6 AND c.declared_mi
  GROUP BY
    c.k
)
SELECT
  c.k,
  l.headcount AS urssaf_headcount,
  c.headcount_declared / NULLIF(l.headcount, 0) AS headcount_over_urssaf_ratio,
  c.headcount_declared - l.headcount AS headcount_over_urssaf_gap
FROM cases AS c
LEFT JOIN latest AS l
  ON l.k = c.k
