WITH counted AS (
  SELECT
    c.k,
    MAX(h.headcount) AS headcount
  FROM cases AS c
  JOIN mean_headcounts AS h
    ON h.sk = c.sk AND h.valid_from <= c.as_of AND c.as_of < h.valid_to
  WHERE
    h.mi BETWEEN c.mi - 12 AND c.mi
  GROUP BY
    c.k
)
SELECT
  c.k,
  COALESCE(s.months_with_staff, 0) = 0
  AND COALESCE(d.headcount, 0) = 0
  AND COALESCE(n.headcount, 0) = 0
  AND NOT COALESCE(c.is_employer, FALSE)
  AND COALESCE(c.size_class, 'NN') IN ('NN', '00') AS no_known_employee
FROM cases AS c
LEFT JOIN dsn_month AS d
  ON d.k = c.k
LEFT JOIN dsn_staff AS s
  ON s.k = c.k
LEFT JOIN counted AS n
  ON n.k = c.k
