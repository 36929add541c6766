WITH months AS (
  SELECT
    c.k,
    p.mi = c.mi AS claimed,
    p.mi,
    COUNT(
      DISTINCT CASE
        WHEN p.starts_on >= c.period_start
        AND p.starts_on <= c.period_end
        AND p.contract_kind IN ('permanent', 'fixed_term')
        THEN p.person_key
      END
    ) AS hires,
    SUM(CASE WHEN p.contract_kind = 'temporary' THEN 1 ELSE 0 END) AS temporary
  FROM cases AS c
  JOIN payroll_versions AS p
    ON p.sk = c.sk
    AND p.mi BETWEEN c.mi - 3 AND c.mi
    AND p.valid_from <= c.as_of
    AND c.as_of < p.valid_to
  GROUP BY
    c.k,
    p.mi = c.mi,
    p.mi
), staff AS (
  SELECT
    k,
    MAX(CASE WHEN claimed THEN hires END) AS hires,
    MAX(CASE WHEN claimed THEN temporary END) AS temporary,
    AVG(CASE WHEN NOT claimed THEN temporary END) AS temporary_before
  FROM months
  GROUP BY
    k
)
SELECT
  c.k,
  CAST(s.hires AS BIGINT) AS hires_in_month,
  CAST(s.temporary AS BIGINT) AS temporary_contracts,
  s.temporary - s.temporary_before AS temporary_contracts_rise
FROM cases AS c
LEFT JOIN staff AS s
  ON s.k = c.k
