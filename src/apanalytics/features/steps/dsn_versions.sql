-- A row is a version of an establishment's payroll month (DSN), from the day it was received to the day the next was.
select
    sk, mi, received_on as valid_from,
    coalesce(lead(received_on) over (partition by sk, mi order by received_on), date '9999-12-31') as valid_to,
    headcount, contract_hours, worked_hours, leave_hours, suspended_hours, idle_hours, overtime_hours, base_pay,
    gross_pay
from (
    select try_cast(siret as bigint) as sk, year(month) * 12 + month(month) as mi, *
    from payroll_months
) as months
join case_sirets using (sk)
