SELECT
  sk,
  mi,
  received_on AS valid_from,
  COALESCE(
    LEAD(received_on) OVER (PARTITION BY sk, mi ORDER BY received_on NULLS LAST),
    CAST('9999-12-31' AS DATE)
  ) AS valid_to,
  headcount,
  contract_hours,
  worked_hours,
  leave_hours,
  suspended_hours,
  idle_hours,
  overtime_hours,
  base_pay,
  gross_pay
FROM (
  SELECT
    TRY_CAST(siret AS BIGINT) AS sk,
    YEAR(month) * 12 + MONTH(month) AS mi,
    *
  FROM payroll_months
) AS months
JOIN case_sirets
  USING (sk)
