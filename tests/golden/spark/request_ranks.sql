SELECT
  *,
  ROW_NUMBER() OVER (PARTITION BY sk ORDER BY known_on NULLS LAST, request_id NULLS LAST) DIV 128 AS shelf,
  COUNT(*) OVER (PARTITION BY sk) AS requests
FROM request_rows
WHERE
  NOT sk IS NULL
