SELECT
  k,
  edge,
  SUM(requests) OVER (PARTITION BY account, hours_key, covered_headcount ORDER BY day NULLS LAST) AS requests,
  SUM(requests) OVER (PARTITION BY account, hours_key, covered_headcount, sn ORDER BY day NULLS LAST) AS own_requests
FROM (
  SELECT
    COALESCE(bank_key, CASE WHEN filer_id IS NULL THEN email_key END) AS account,
    CAST(ROUND(hours * 100, 0) AS BIGINT) AS hours_key,
    covered_headcount,
    sn,
    DATEDIFF(DAY, CAST('1970-01-01' AS DATE), known_on) AS day,
    CAST(NULL AS BIGINT) AS k,
    0 AS edge,
    1 AS requests
  FROM request_rows
  WHERE
    NOT COALESCE(bank_key, CASE WHEN filer_id IS NULL THEN email_key END) IS NULL
  UNION ALL
  SELECT
    COALESCE(bank_key, CASE WHEN filer_id IS NULL THEN email_key END),
    CAST(ROUND(hours * 100, 0) AS BIGINT),
    employees,
    sn,
    DATEDIFF(DAY, CAST('1970-01-01' AS DATE), known_on) + e.days,
    k,
    e.edge,
    0
  FROM cases
  CROSS JOIN (
    SELECT
      -8 AS days,
      -1 AS edge
  ) AS e
  WHERE
    NOT COALESCE(bank_key, CASE WHEN filer_id IS NULL THEN email_key END) IS NULL
  UNION ALL
  SELECT
    COALESCE(bank_key, CASE WHEN filer_id IS NULL THEN email_key END),
    CAST(ROUND(hours * 100, 0) AS BIGINT),
    employees,
    sn,
    DATEDIFF(
      DAY,
      CAST('1970-01-01' AS DATE),
      LEAST(as_of, CAST(known_on + INTERVAL '7' DAY AS DATE))
    ),
    k,
    1,
    0
  FROM cases
  WHERE
    NOT COALESCE(bank_key, CASE WHEN filer_id IS NULL THEN email_key END) IS NULL
) AS days
