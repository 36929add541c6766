SELECT
  q.k,
  q.person_key,
  q.listed,
  q.idle_hours,
  COUNT(p.person_key) AS contracts,
  SUM(CASE WHEN p.sk = q.sk THEN 1 ELSE 0 END) AS own_contracts,
  SUM(CAST(ROUND(1e6 * p.contract_hours, 0) AS BIGINT)) FILTER(WHERE
    p.sk = q.sk) / 1e6 AS contract_hours,
  SUM(CAST(ROUND(1e6 * p.worked_hours, 0) AS BIGINT)) FILTER(WHERE
    p.sk = q.sk) / 1e6 AS worked_hours,
  SUM(CAST(ROUND(1e6 * p.leave_hours, 0) AS BIGINT)) FILTER(WHERE
    p.sk = q.sk) / 1e6 AS leave_hours,
  SUM(CAST(ROUND(1e6 * p.suspended_hours, 0) AS BIGINT)) FILTER(WHERE
    p.sk = q.sk) / 1e6 AS suspended_hours,
  MIN(p.starts_on) AS starts_on,
  SUM(
    CASE
      WHEN YEAR(p.starts_on) * 12 + MONTH(p.starts_on) <= q.mi
      AND COALESCE(YEAR(p.ends_on) * 12 + MONTH(p.ends_on) >= q.mi, TRUE)
      THEN 1
      ELSE 0
    END
  ) AS contracts_in_month,
  MAX(CASE WHEN p.end_reason = 'trial' THEN 1 ELSE 0 END) AS gone_in_trial,
  MIN(CASE WHEN p.contract_kind IN ('officer', 'intern') THEN 1 ELSE 0 END) AS not_an_employee
FROM claimed_persons AS q
LEFT JOIN payroll_versions AS p
  ON p.person_key = q.person_key
  AND p.mi = q.mi
  AND p.sn = q.sn
  AND p.valid_from <= q.as_of
  AND q.as_of < p.valid_to
GROUP BY
  q.k,
  q.person_key,
  q.listed,
  q.idle_hours
