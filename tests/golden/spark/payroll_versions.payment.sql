SELECT
  sk,
  sk DIV 100000 AS sn,
  months.mi,
  person_key,
  contract_id,
  received_on AS valid_from,
  COALESCE(
    LEAD(received_on) OVER (
      PARTITION BY sk, months.mi, person_key, contract_id
      ORDER BY received_on NULLS LAST
    ),
    CAST('9999-12-31' AS DATE)
  ) AS valid_to,
  contract_kind,
  starts_on,
  ends_on,
  end_reason,
  contract_hours,
  worked_hours,
  leave_hours,
  suspended_hours,
  idle_hours,
  base_pay
FROM (
  SELECT
    TRY_CAST(siret AS BIGINT) AS sk,
    YEAR(month) * 12 + MONTH(month) AS mi,
    *
  FROM payroll
) AS months
JOIN (
  SELECT DISTINCT
    c.sk DIV 100000 AS firm,
    c.mi - b.back AS mi
  FROM cases AS c
  CROSS JOIN (
    SELECT
      0 AS back
    UNION ALL
    SELECT
      1
    UNION ALL
    SELECT
      2
    UNION ALL
    SELECT
      3
  ) AS b
) AS wanted
  ON wanted.firm = sk DIV 100000 AND wanted.mi = months.mi
