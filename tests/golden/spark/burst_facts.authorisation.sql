WITH looked AS (
  SELECT
    c.k,
    c.sn,
    r.covered_headcount AS employees,
    COALESCE(r.bank_key, CASE WHEN r.filer_id IS NULL THEN r.email_key END) AS account,
    CAST(ROUND(r.hours * 100, 0) AS BIGINT) AS hours_key,
    DATEDIFF(DAY, CAST('1970-01-01' AS DATE), c.known_on) - 7 AS from_day,
    DATEDIFF(
      DAY,
      CAST('1970-01-01' AS DATE),
      LEAST(c.as_of, CAST(c.known_on + INTERVAL '7' DAY AS DATE))
    ) AS to_day
  FROM cases AS c
  JOIN request_rows AS r
    ON r.request_id = c.request_id
), everybody AS (
  SELECT
    l.k,
    SUM(t.requests) AS requests
  FROM looked AS l
  JOIN twin_totals AS t
    ON t.account = l.account
    AND t.hours_key = l.hours_key
    AND t.covered_headcount = l.employees
    AND t.day BETWEEN l.from_day AND l.to_day
  GROUP BY
    l.k
), oneself AS (
  SELECT
    l.k,
    SUM(t.requests) AS requests
  FROM looked AS l
  JOIN twin_days AS t
    ON t.account = l.account
    AND t.hours_key = l.hours_key
    AND t.covered_headcount = l.employees
    AND COALESCE(t.sn, -1) = COALESCE(l.sn, -1)
    AND t.day BETWEEN l.from_day AND l.to_day
  GROUP BY
    l.k
)
SELECT
  l.k,
  CASE
    WHEN NOT l.account IS NULL
    THEN CAST(COALESCE(e.requests, 0) - COALESCE(o.requests, 0) AS BIGINT)
  END AS twin_requests
FROM looked AS l
LEFT JOIN everybody AS e
  ON e.k = l.k
LEFT JOIN oneself AS o
  ON o.k = l.k
