SELECT
  kind,
  account,
  k,
  SUM(firms) OVER (PARTITION BY kind, account ORDER BY day NULLS LAST) AS firms
FROM (
  SELECT
    kind,
    account,
    day,
    CAST(NULL AS BIGINT) AS k,
    1 AS firms
  FROM account_uses
  UNION ALL
  SELECT
    'bank',
    bank_key,
    DATEDIFF(DAY, CAST('1970-01-01' AS DATE), as_of),
    k,
    0
  FROM cases
  WHERE
    NOT bank_key IS NULL
  UNION ALL
  SELECT
    'email',
    email_key,
    DATEDIFF(DAY, CAST('1970-01-01' AS DATE), as_of),
    k,
    0
  FROM cases
  WHERE
    NOT email_key IS NULL AND filer_id IS NULL
) AS days
