-- A row is a version of a contract's payroll month, from the day it was received to the day the next one was; for the
-- firms of the cases, in the months claimed and the three before each.
select
    sk, sk // 100000 as sn, months.mi, person_key, contract_id, received_on as valid_from,
    coalesce(
        lead(received_on) over (partition by sk, months.mi, person_key, contract_id order by received_on), date '9999-12-31'
    ) as valid_to,
    contract_kind, starts_on, ends_on, end_reason, contract_hours, worked_hours, leave_hours, suspended_hours,
    idle_hours, base_pay
from (
    select try_cast(siret as bigint) as sk, year(month) * 12 + month(month) as mi, * from payroll
) as months
join (
    select distinct c.sk // 100000 as firm, c.mi - b.back as mi
    from cases as c
    cross join (select 0 as back union all select 1 union all select 2 union all select 3) as b
) as wanted on wanted.firm = sk // 100000 and wanted.mi = months.mi
