SELECT
  c.k,
  CAST(c.employees AS BIGINT) AS employees,
  CAST(c.headcount_declared AS BIGINT) AS headcount_declared,
  c.employees / NULLIF(CAST(c.headcount_declared AS DOUBLE), 0) AS covered_share,
  c.hours,
  c.amount AS amount_eur,
  c.hours / NULLIF(CAST(c.employees AS DOUBLE), 0) AS hours_per_employee,
  c.amount / NULLIF(c.hours, 0) AS hourly_amount_eur,
  CAST(DATEDIFF(DAY, c.period_start, c.period_end) + 1 AS BIGINT) AS period_days,
  t.legal_hours,
  c.hours / NULLIF(CAST(c.employees AS DOUBLE), 0) / NULLIF(t.legal_hours, 0) AS hours_over_legal_ratio,
  c.hours - c.employees * t.legal_hours AS hours_over_legal_hours,
  c.scope = 3 AS full_closure,
  CASE WHEN NOT c.request_known_on IS NULL THEN NOT c.filer_id IS NULL END AS third_party_filer,
  c.motive IN (3, 5) AS exceptional_motive,
  c.scheme IN ('APLD', 'APLD_R') AS long_term_scheme,
  c.request_known_on >= CAST('2020-03-01' AS DATE)
  AND c.request_known_on <= CAST('2020-05-31' AS DATE) AS first_wave,
  c.prior_use = 2 AS prior_use_declared,
  c.overtime_agreement_on < o.agreed_before AS structural_overtime_agreed,
  CASE
    WHEN c.sector_scheme IS NULL
    THEN NULL
    WHEN c.sector_scheme <> 'protected'
    THEN FALSE
    WHEN SUBSTRING(c.naf, 1, 2) IN ('35', '64', '65', '66', '84')
    THEN TRUE
  END AS protected_outside_lists
FROM cases AS c
LEFT JOIN legal_time AS t
  ON t.k = c.k
LEFT JOIN (
  SELECT
    MAX(agreed_before) AS agreed_before
  FROM rules_overtime
) AS o
  ON TRUE
