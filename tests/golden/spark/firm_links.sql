SELECT
  graph,
  other_sn,
  sn,
  day
FROM (
  SELECT
    'account' AS graph,
    LAG(sn) OVER (PARTITION BY kind, account ORDER BY day NULLS LAST, sn NULLS LAST) AS other_sn,
    sn,
    day
  FROM account_uses
  UNION ALL
  SELECT
    'pattern',
    LAG(sn) OVER (
      PARTITION BY filer_id, day, hours_key, covered_headcount, starts_on, ends_on
      ORDER BY sn NULLS LAST
    ),
    sn,
    day
  FROM (
    SELECT DISTINCT
      filer_id,
      DATEDIFF(DAY, CAST('1970-01-01' AS DATE), known_on) AS day,
      CAST(ROUND(hours * 100, 0) AS BIGINT) AS hours_key,
      covered_headcount,
      starts_on,
      ends_on,
      sn
    FROM request_rows
    WHERE
      NOT filer_id IS NULL AND NOT sn IS NULL AND hours > 0 AND covered_headcount > 0
  ) AS patterns
) AS links
WHERE
  NOT other_sn IS NULL
