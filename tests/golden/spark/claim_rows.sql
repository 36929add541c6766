SELECT
  claim_id,
  request_id,
  siret,
  TRY_CAST(siret AS BIGINT) AS sk,
  TRY_CAST(SUBSTRING(siret, 1, 9) AS BIGINT) AS sn,
  month,
  YEAR(month) * 12 + MONTH(month) AS mi,
  COALESCE(filed_on, ADD_MONTHS(month, 1)) AS known_on,
  filed_on,
  date_basis,
  employees,
  idle_hours,
  amount,
  regime,
  bank_key,
  paid_on
FROM claims
