-- A row is a payroll month of a case's establishment, in the version known on the day the case is looked at: the case's
-- own month, the twelve before it, and the seven that end with the month of the request.
select
    c.k, v.mi, c.mi as case_mi, c.as_of_mi, c.declared_mi,
    v.headcount, v.contract_hours, v.worked_hours, v.leave_hours, v.suspended_hours, v.idle_hours,
    v.overtime_hours, v.base_pay, v.gross_pay
from cases as c
join dsn_versions as v on v.sk = c.sk and v.valid_from <= c.as_of and c.as_of < v.valid_to
where v.mi between c.mi - 12 and c.mi
    or v.mi between c.declared_mi - 6 and c.declared_mi
