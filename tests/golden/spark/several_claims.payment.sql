SELECT
  sk,
  mi
FROM claim_rows
WHERE
  NOT sk IS NULL
GROUP BY
  sk,
  mi
HAVING
  COUNT(*) > 1
