-- A row is an establishment's month as it stood from a day on which a declaration changed it: the sums of its contracts.
-- The pay as if worked is null while a contract with hours lacks it.
create or replace table dsn_payroll_months as
with steps as (
    select
        siret, month, received_on,
        active - lag(active, 1, 0) over versions as active,
        contract_hours - lag(contract_hours, 1, 0) over versions as contract_hours,
        worked_hours - lag(worked_hours, 1, 0) over versions as worked_hours,
        leave_hours - lag(leave_hours, 1, 0) over versions as leave_hours,
        suspended_hours - lag(suspended_hours, 1, 0) over versions as suspended_hours,
        idle_hours - lag(idle_hours, 1, 0) over versions as idle_hours,
        overtime_hours - lag(overtime_hours, 1, 0) over versions as overtime_hours,
        coalesce(base_pay, 0) - lag(coalesce(base_pay, 0), 1, 0) over versions as base_pay,
        lacking - lag(lacking, 1, 0) over versions as lacking,
        gross_pay - lag(gross_pay, 1, 0) over versions as gross_pay,
        cast(leave_included as integer) - lag(cast(leave_included as integer), 1, 0) over versions as leave_included,
        cast(is_negative as integer) - lag(cast(is_negative as integer), 1, 0) over versions as is_negative
    from (
        select *, cast(base_pay is null and contract_hours > 0 as integer) as lacking from dsn_payroll
    ) as contracts
    window versions as (partition by siret, month, person_key, contract_id order by received_on)
    union all
    select siret, month, received_on, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0
    from dsn_sent
    where kind <> '{cancelling}'
),
days as (
    select
        siret, month, received_on,
        sum(active) as active,
        sum(contract_hours) as contract_hours,
        sum(worked_hours) as worked_hours,
        sum(leave_hours) as leave_hours,
        sum(suspended_hours) as suspended_hours,
        sum(idle_hours) as idle_hours,
        sum(overtime_hours) as overtime_hours,
        sum(base_pay) as base_pay,
        sum(lacking) as lacking,
        sum(gross_pay) as gross_pay,
        sum(leave_included) as leave_included,
        sum(is_negative) as is_negative
    from steps
    group by siret, month, received_on
)
select
    siret, month, received_on,
    cast(sum(active) over so_far as bigint) as headcount,
    round(sum(contract_hours) over so_far, 2) as contract_hours,
    round(sum(worked_hours) over so_far, 2) as worked_hours,
    round(sum(leave_hours) over so_far, 2) as leave_hours,
    round(sum(suspended_hours) over so_far, 2) as suspended_hours,
    round(sum(idle_hours) over so_far, 2) as idle_hours,
    round(sum(overtime_hours) over so_far, 2) as overtime_hours,
    case when sum(lacking) over so_far = 0 then round(sum(base_pay) over so_far, 2) end as base_pay,
    round(sum(gross_pay) over so_far, 2) as gross_pay,
    sum(leave_included) over so_far > 0 as leave_included,
    case when sum(is_negative) over so_far > 0 then 'negative_hours' end as data_flags
from days
window so_far as (
    partition by siret, month order by received_on rows between unbounded preceding and current row
)
