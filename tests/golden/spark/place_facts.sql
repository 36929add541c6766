WITH successors AS (
  SELECT
    c.k,
    COUNT(*) AS successors
  FROM cases AS c
  JOIN successions AS s
    ON TRY_CAST(s.predecessor AS BIGINT) = c.sk AND s.known_on <= c.as_of
  GROUP BY
    c.k
)
SELECT
  c.k,
  NOT c.known_to_sirene AND SUBSTRING(c.siret, 10, 1) IN ('5', '6', '7', '9') AS pseudo_siret,
  NOT c.known_to_sirene AS siret_unknown,
  CASE
    WHEN c.known_to_sirene
    THEN NOT c.closed_on IS NULL AND c.closed_on < c.period_start
  END AS closed_before_period,
  CAST(DATEDIFF(DAY, c.closed_on, c.period_start) AS BIGINT) AS days_closed_before_period,
  COALESCE(s.successors, 0) > 0 AS has_successor,
  CAST(DATEDIFF(DAY, c.created_on, COALESCE(c.request_starts_on, c.period_start)) AS BIGINT) AS establishment_age_days,
  c.is_employer AS sirene_employer,
  CAST(c.company_headcount AS BIGINT) AS company_headcount
FROM cases AS c
LEFT JOIN successors AS s
  ON s.k = c.k
