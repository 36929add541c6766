SELECT
  k,
  sk,
  sn,
  mi,
  as_of,
  person_key,
  SUM(CAST(ROUND(1e6 * idle_hours, 0) AS BIGINT)) / 1e6 AS idle_hours,
  TRUE AS listed
FROM line_rows
GROUP BY
  k,
  sk,
  sn,
  mi,
  as_of,
  person_key
UNION ALL
SELECT
  c.k,
  c.sk,
  c.sn,
  c.mi,
  c.as_of,
  p.person_key,
  SUM(CAST(ROUND(1e6 * p.idle_hours, 0) AS BIGINT)) / 1e6,
  FALSE
FROM cases AS c
LEFT JOIN (
  SELECT DISTINCT
    k
  FROM line_rows
) AS l
  ON l.k = c.k
JOIN payroll_versions AS p
  ON p.sk = c.sk
  AND p.mi = c.mi
  AND p.valid_from <= c.as_of
  AND c.as_of < p.valid_to
  AND p.idle_hours > 0
WHERE
  l.k IS NULL
GROUP BY
  c.k,
  c.sk,
  c.sn,
  c.mi,
  c.as_of,
  p.person_key
