SELECT
  c.k,
  v.headcount,
  v.contract_hours,
  v.worked_hours,
  v.leave_hours,
  v.suspended_hours,
  v.idle_hours,
  v.overtime_hours,
  v.base_pay
FROM cases AS c
JOIN dsn_versions AS v
  ON v.sk = c.sk AND v.mi = c.mi AND v.valid_from <= c.as_of AND c.as_of < v.valid_to
