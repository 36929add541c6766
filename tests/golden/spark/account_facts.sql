WITH strangers AS (
  SELECT
    k,
    sn,
    as_of,
    bank_key,
    email_key
  FROM cases
  WHERE
    request_sn <> sn
), own_banks AS (
  SELECT
    s.k
  FROM strangers AS s
  JOIN claim_rows AS u
    ON u.sn = s.sn AND u.bank_key = s.bank_key AND u.known_on <= s.as_of
  UNION
  SELECT
    s.k
  FROM strangers AS s
  JOIN request_rows AS u
    ON u.sn = s.sn AND u.bank_key = s.bank_key AND u.known_on <= s.as_of
), own_emails AS (
  SELECT DISTINCT
    s.k
  FROM strangers AS s
  JOIN request_rows AS u
    ON u.sn = s.sn
    AND u.email_key = s.email_key
    AND u.filer_id IS NULL
    AND u.known_on <= s.as_of
)
SELECT
  c.k,
  CASE
    WHEN NOT c.bank_key IS NULL
    THEN COALESCE(b.firms, 0) - CASE WHEN c.request_sn <> c.sn AND x.k IS NULL THEN 0 ELSE 1 END
  END AS bank_other_sirens,
  CASE
    WHEN c.email_key IS NULL
    THEN NULL
    WHEN NOT c.filer_id IS NULL
    THEN 0
    ELSE COALESCE(e.firms, 0) - CASE WHEN c.request_sn <> c.sn AND y.k IS NULL THEN 0 ELSE 1 END
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
LEFT JOIN own_banks AS x
  ON x.k = c.k
LEFT JOIN own_emails AS y
  ON y.k = c.k
