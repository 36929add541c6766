SELECT
  k,
  MAX(mi) FILTER(WHERE
    mi <= case_mi) AS last_mi,
  AVG(headcount) FILTER(WHERE
    mi BETWEEN declared_mi - 6 AND declared_mi - 4) AS headcount_before,
  COUNT(*) FILTER(WHERE
    mi BETWEEN case_mi - 12 AND case_mi - 1 AND headcount > 0) AS months_with_staff
FROM (
  SELECT
    c.k,
    v.mi,
    c.mi AS case_mi,
    c.declared_mi,
    v.headcount
  FROM cases AS c
  JOIN dsn_versions AS v
    ON v.sk = c.sk AND v.valid_from <= c.as_of AND c.as_of < v.valid_to
  WHERE
    v.mi BETWEEN c.mi - 12 AND c.mi
    OR v.mi BETWEEN c.declared_mi - 6 AND c.declared_mi
) AS known
GROUP BY
  k
