SELECT
  kind,
  account,
  day AS from_day,
  COALESCE(LEAD(day) OVER (PARTITION BY kind, account ORDER BY day NULLS LAST), 9999999) AS to_day,
  CAST(SUM(firms) OVER (PARTITION BY kind, account ORDER BY day NULLS LAST) AS BIGINT) AS firms
FROM (
  SELECT
    kind,
    account,
    day,
    COUNT(*) AS firms
  FROM account_uses
  GROUP BY
    kind,
    account,
    day
) AS days
