-- A row is a case: what the payroll of its establishment said of its own month, in the version known on the day the case
-- is looked at.
select
    c.k, v.headcount, v.contract_hours, v.worked_hours, v.leave_hours, v.suspended_hours, v.idle_hours, v.overtime_hours,
    v.base_pay
from cases as c
join dsn_versions as v on v.sk = c.sk and v.mi = c.mi and v.valid_from <= c.as_of and c.as_of < v.valid_to
