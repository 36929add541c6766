SELECT
  account,
  hours_key,
  covered_headcount,
  sn,
  day,
  COUNT(*) AS requests
FROM (
  SELECT
    COALESCE(bank_key, CASE WHEN filer_id IS NULL THEN email_key END) AS account,
    CAST(ROUND(hours * 100, 0) AS BIGINT) AS hours_key,
    covered_headcount,
    sn,
    DATEDIFF(DAY, CAST('1970-01-01' AS DATE), known_on) AS day
  FROM request_rows
) AS requests
WHERE
  NOT account IS NULL
GROUP BY
  account,
  hours_key,
  covered_headcount,
  sn,
  day
