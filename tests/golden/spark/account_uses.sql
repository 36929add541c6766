SELECT
  kind,
  account,
  sn,
  MIN(DATEDIFF(DAY, CAST('1970-01-01' AS DATE), known_on)) AS day
FROM (
  SELECT
    'bank' AS kind,
    bank_key AS account,
    sn,
    known_on
  FROM request_rows
  UNION ALL
  SELECT
    'bank',
    bank_key,
    sn,
    known_on
  FROM claim_rows
  UNION ALL
  SELECT
    'email',
    email_key,
    sn,
    known_on
  FROM request_rows
  WHERE
    filer_id IS NULL
) AS uses
WHERE
  NOT account IS NULL AND NOT sn IS NULL
GROUP BY
  kind,
  account,
  sn
