SELECT
  c.k,
  CASE WHEN NOT c.bank_key IS NULL THEN CAST(COALESCE(b.firms, 0) - 1 AS BIGINT) END AS bank_other_sirens,
  CASE
    WHEN c.email_key IS NULL
    THEN NULL
    WHEN NOT c.filer_id IS NULL
    THEN CAST(0 AS BIGINT)
    ELSE CAST(COALESCE(e.firms, 0) - 1 AS BIGINT)
  END AS email_other_sirens
FROM cases AS c
LEFT JOIN account_days AS b
  ON b.kind = 'bank'
  AND b.account = c.bank_key
  AND b.from_day <= DATEDIFF(DAY, CAST('1970-01-01' AS DATE), c.as_of)
  AND DATEDIFF(DAY, CAST('1970-01-01' AS DATE), c.as_of) < b.to_day
LEFT JOIN account_days AS e
  ON e.kind = 'email'
  AND e.account = c.email_key
  AND e.from_day <= DATEDIFF(DAY, CAST('1970-01-01' AS DATE), c.as_of)
  AND DATEDIFF(DAY, CAST('1970-01-01' AS DATE), c.as_of) < e.to_day
