SELECT
  n.k,
  f.stage,
  f.case_id,
  f.request_id,
  f.siret,
  f.sk,
  f.sn,
  f.as_of,
  YEAR(f.as_of) * 12 + MONTH(f.as_of) AS as_of_mi,
  f.decide_by,
  f.known_on,
  f.filed_on,
  f.date_basis,
  f.period_start,
  f.period_end,
  f.month,
  f.mi,
  YEAR(r.starts_on) * 12 + MONTH(r.starts_on) AS declared_mi,
  CASE
    WHEN f.stage = 'payment'
    THEN f.claimed_employees
    ELSE COALESCE(s.covered_headcount, r.covered_headcount)
  END AS employees,
  CASE
    WHEN f.stage = 'payment'
    THEN f.claimed_hours
    ELSE COALESCE(s.hours, r.hours)
  END AS hours,
  CASE
    WHEN f.stage = 'payment'
    THEN f.claimed_amount
    ELSE COALESCE(s.amount, r.amount)
  END AS amount,
  r.headcount AS headcount_declared,
  r.company_headcount,
  f.regime,
  r.motive,
  r.scope,
  r.scheme,
  r.sector_scheme,
  r.filer_id,
  COALESCE(f.bank_key, r.bank_key) AS bank_key,
  f.bank_key AS own_bank_key,
  r.sn AS request_sn,
  r.email_key,
  r.bank_key AS request_bank_key,
  r.account_created_on,
  r.council_opinion,
  r.commitments,
  r.prior_use,
  r.amends_request_id,
  r.agreement_id,
  r.overtime_agreement_on,
  r.working_time_over_6_months,
  CASE
    WHEN f.paid_on <= f.as_of
    THEN 'paid'
    WHEN f.stage = 'payment'
    THEN 'pending'
    ELSE COALESCE(s.status, CASE WHEN r.decision_known_on <= f.as_of THEN r.status END, 'pending')
  END AS status,
  r.known_on AS request_known_on,
  r.starts_on AS request_starts_on,
  r.ends_on AS request_ends_on,
  COALESCE(s.hours, r.hours) AS request_hours,
  COALESCE(s.covered_headcount, r.covered_headcount) AS request_employees,
  CASE WHEN r.decision_known_on <= f.as_of THEN r.hours_authorised END AS hours_authorised,
  CASE WHEN r.decision_known_on <= f.as_of THEN r.headcount_authorised END AS headcount_authorised,
  CASE WHEN e.sk IS NULL THEN FALSE ELSE e.in_sirene END AS known_to_sirene,
  e.name,
  COALESCE(e.department, 'ZZ') AS department,
  COALESCE(e.region, 'ZZ') AS region,
  e.naf,
  e.size_class,
  e.is_employer,
  e.legal_category,
  e.created_on,
  CASE WHEN NOT e.known_on IS NULL OR e.closed_on <= f.as_of THEN e.closed_on END AS closed_on
FROM filed_cases AS f
CROSS JOIN asked
JOIN case_keys AS n
  ON n.case_id = f.case_id
LEFT JOIN request_rows AS r
  ON r.request_id = f.request_id AND r.known_on <= f.as_of
LEFT JOIN request_states AS s
  ON s.request_id = r.request_id AND s.valid_from <= f.as_of AND f.as_of < s.valid_to
LEFT JOIN establishment_versions AS e
  ON e.sk = f.sk AND e.valid_from <= f.as_of AND f.as_of < e.valid_to
LEFT JOIN asked_parts AS p
  ON p.region = COALESCE(e.region, 'ZZ')
  AND p.filed_mi = YEAR(f.known_on) * 12 + MONTH(f.known_on)
WHERE
  (
    NOT asked.some_regions
    OR COALESCE(e.region, 'ZZ') IN (
      SELECT
        region
      FROM asked_regions
    )
  )
  AND (
    NOT asked.some_parts OR NOT p.region IS NULL
  )
