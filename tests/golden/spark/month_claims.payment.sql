SELECT
  c.k,
  CAST(SUM(d.claims) AS BIGINT) AS claims,
  CAST(SUM(d.employees) AS BIGINT) AS employees
FROM cases AS c
JOIN (
  SELECT
    sk,
    mi,
    known_on,
    COUNT(*) AS claims,
    SUM(employees) AS employees
  FROM claim_rows
  WHERE
    NOT sk IS NULL
  GROUP BY
    sk,
    mi,
    known_on
) AS d
  ON d.sk = c.sk AND d.mi = c.mi AND d.known_on <= c.as_of
GROUP BY
  c.k
