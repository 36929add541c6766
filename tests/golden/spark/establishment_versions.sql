SELECT
  TRY_CAST(siret AS BIGINT) AS sk,
  COALESCE(known_on, CAST('1900-01-01' AS DATE)) AS valid_from,
  COALESCE(
    LEAD(COALESCE(known_on, CAST('1900-01-01' AS DATE))) OVER (
      PARTITION BY siret
      ORDER BY COALESCE(known_on, CAST('1900-01-01' AS DATE)) NULLS LAST, naf NULLS LAST, size_class NULLS LAST, closed_on NULLS LAST
    ),
    CAST('9999-12-31' AS DATE)
  ) AS valid_to,
  CASE
    WHEN CONCAT(';', COALESCE(data_flags, ''), ';') LIKE '%;siret_unknown;%'
    THEN FALSE
    WHEN CONCAT(';', COALESCE(data_flags, ''), ';') LIKE '%;sirene_absent;%'
    THEN NULL
    ELSE TRUE
  END AS in_sirene, /* A siret that SIRENE does not hold has a row too, flagged, so that its cases are shown; without SIRENE nobody knows. */
  known_on,
  name,
  department,
  region,
  naf,
  legal_category,
  size_class,
  is_employer,
  created_on,
  closed_on
FROM establishments
