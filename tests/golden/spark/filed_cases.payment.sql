SELECT
  'payment' AS stage,
  l.case_id,
  c.request_id,
  c.siret,
  c.sk,
  c.sn,
  l.as_of,
  l.decide_by,
  c.known_on,
  c.filed_on,
  c.date_basis,
  c.month AS period_start,
  CAST(ADD_MONTHS(c.month, 1) - INTERVAL '1' DAY AS DATE) AS period_end,
  c.month,
  c.mi,
  c.employees AS claimed_employees,
  c.idle_hours AS claimed_hours,
  c.amount AS claimed_amount,
  c.regime,
  c.bank_key,
  c.paid_on
FROM looked_at AS l
JOIN claim_rows AS c
  ON c.claim_id = l.case_id
WHERE
  l.known_on <= l.as_of
