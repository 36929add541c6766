WITH counted AS (
  SELECT
    c.k,
    MAX(h.headcount) AS headcount
  FROM cases AS c
  JOIN headcounts AS h
    ON TRY_CAST(h.siret AS BIGINT) = c.sk
  WHERE
    h.received_on <= c.as_of
    AND YEAR(h.month) * 12 + MONTH(h.month) BETWEEN c.mi - 12 AND c.mi
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
