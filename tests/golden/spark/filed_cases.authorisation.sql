SELECT
  'authorisation' AS stage,
  l.case_id,
  r.request_id,
  r.siret,
  r.sk,
  r.sn,
  l.as_of,
  l.decide_by,
  r.known_on,
  r.filed_on,
  r.date_basis,
  r.starts_on AS period_start,
  r.ends_on AS period_end,
  CAST(NULL AS DATE) AS month,
  LEAST(
    YEAR(r.starts_on) * 12 + MONTH(r.starts_on),
    YEAR(l.as_of) * 12 + MONTH(l.as_of) - 1
  ) AS mi,
  CAST(NULL AS BIGINT) AS claimed_employees,
  CAST(NULL AS DOUBLE) AS claimed_hours,
  CAST(NULL AS DOUBLE) AS claimed_amount,
  CAST(NULL AS STRING) AS regime,
  r.bank_key,
  CAST(NULL AS DATE) AS paid_on
FROM looked_at AS l
JOIN request_rows AS r
  ON r.request_id = l.case_id
