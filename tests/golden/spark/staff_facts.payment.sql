WITH staff AS (
  SELECT
    c.k,
    COUNT(
      DISTINCT CASE
        WHEN p.mi = c.mi
        AND p.starts_on >= c.period_start
        AND p.starts_on <= c.period_end
        AND p.contract_kind IN ('permanent', 'fixed_term')
        THEN p.person_key
      END
    ) AS hires,
    SUM(CASE WHEN p.mi = c.mi AND p.contract_kind = 'temporary' THEN 1 ELSE 0 END) AS temporary,
    SUM(CASE WHEN p.mi < c.mi AND p.contract_kind = 'temporary' THEN 1 ELSE 0 END) / 3e0 AS temporary_before
  FROM cases AS c
  JOIN payroll_seen AS s
    ON s.sk = c.sk AND s.mi = c.mi AND s.seen_on <= c.as_of
  JOIN payroll_versions AS p
    ON p.sk = c.sk
    AND p.mi BETWEEN c.mi - 3 AND c.mi
    AND p.valid_from <= c.as_of
    AND c.as_of < p.valid_to
  WHERE
    p.mi = c.mi OR p.contract_kind = 'temporary'
  GROUP BY
    c.k
)
SELECT
  c.k,
  CAST(s.hires AS BIGINT) AS hires_in_month,
  CAST(s.temporary AS BIGINT) AS temporary_contracts,
  s.temporary - s.temporary_before AS temporary_contracts_rise
FROM cases AS c
LEFT JOIN staff AS s
  ON s.k = c.k
