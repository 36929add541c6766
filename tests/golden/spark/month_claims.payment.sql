SELECT
  sk,
  mi,
  request_id,
  day,
  k,
  SUM(claims) OVER (PARTITION BY sk, mi ORDER BY day NULLS LAST) AS claims,
  SUM(employees) OVER (PARTITION BY sk, mi ORDER BY day NULLS LAST) AS employees,
  SUM(claims) OVER (PARTITION BY sk, mi, request_id ORDER BY day NULLS LAST) AS request_claims,
  SUM(employees) OVER (PARTITION BY sk, mi, request_id ORDER BY day NULLS LAST) AS request_employees,
  SUM(claims) OVER (PARTITION BY sk, mi, request_id, claimed ORDER BY day NULLS LAST) AS same_claims
FROM (
  SELECT
    sk,
    mi,
    COALESCE(request_id, '') AS request_id,
    CONCAT(
      COALESCE(CAST(employees AS STRING), ''),
      '/',
      COALESCE(CAST(CAST(ROUND(idle_hours * 100, 0) AS BIGINT) AS STRING), '')
    ) AS claimed,
    DATEDIFF(DAY, CAST('1970-01-01' AS DATE), known_on) AS day,
    CAST(NULL AS BIGINT) AS k,
    1 AS claims,
    employees
  FROM claim_rows
  WHERE
    NOT sk IS NULL
  UNION ALL
  SELECT
    sk,
    mi,
    COALESCE(request_id, ''),
    CONCAT(
      COALESCE(CAST(employees AS STRING), ''),
      '/',
      COALESCE(CAST(CAST(ROUND(hours * 100, 0) AS BIGINT) AS STRING), '')
    ),
    DATEDIFF(DAY, CAST('1970-01-01' AS DATE), as_of),
    k,
    0,
    0
  FROM cases
  WHERE
    NOT sk IS NULL
) AS days
