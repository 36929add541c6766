SELECT
  sk,
  mi,
  headcount,
  received_on AS valid_from,
  COALESCE(
    LEAD(received_on) OVER (PARTITION BY sk, mi ORDER BY received_on NULLS LAST),
    CAST('9999-12-31' AS DATE)
  ) AS valid_to
FROM (
  SELECT
    TRY_CAST(siret AS BIGINT) AS sk,
    YEAR(month) * 12 + MONTH(month) AS mi,
    *
  FROM headcounts
) AS months
JOIN case_sirets
  USING (sk)
