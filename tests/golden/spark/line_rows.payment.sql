SELECT
  c.k,
  c.sk,
  c.sn,
  c.mi,
  c.as_of,
  l.person_key,
  l.arrangement,
  l.contract_hours,
  l.worked_hours,
  l.idle_hours,
  l.hourly_wage,
  COALESCE(l.regime, c.regime, '') AS regime,
  c.period_start,
  c.company_headcount,
  c.overtime_agreement_on < o.agreed_before AS overtime_agreed
FROM cases AS c
JOIN claim_lines AS l
  ON l.claim_id = c.case_id
CROSS JOIN (
  SELECT
    MAX(agreed_before) AS agreed_before
  FROM rules_overtime
) AS o
