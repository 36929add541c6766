SELECT
  c.k,
  v.mi,
  c.mi AS case_mi,
  c.as_of_mi,
  c.declared_mi,
  v.headcount,
  v.contract_hours,
  v.worked_hours,
  v.leave_hours,
  v.suspended_hours,
  v.idle_hours,
  v.overtime_hours,
  v.base_pay,
  v.gross_pay
FROM cases AS c
JOIN dsn_versions AS v
  ON v.sk = c.sk AND v.valid_from <= c.as_of AND c.as_of < v.valid_to
WHERE
  v.mi BETWEEN c.mi - 12 AND c.mi
  OR v.mi BETWEEN c.declared_mi - 6 AND c.declared_mi
