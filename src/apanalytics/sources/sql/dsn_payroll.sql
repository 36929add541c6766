-- A row is a contract's month as it stood from the day a declaration was received: what each declaration adds from that
-- day on, less what it added once another has taken its place. A contract that a later declaration leaves out has zeros.
create or replace table dsn_payroll as
with changes as (
    select
        s.siret, s.month, s.person_key, s.contract_id, s.received_on as day, 1 as sign, s.is_own, s.contract_hours,
        s.worked_hours, s.leave_hours, s.suspended_hours, s.idle_hours, s.overtime_hours, s.base_pay, s.gross_pay, s.active,
        case when s.is_own then struct_pack(
            contract_kind := t.contract_kind, starts_on := t.starts_on, ends_on := t.ends_on, end_reason := t.end_reason,
            leave_included := not s.has_leave_fund and (l.since is null or l.since > s.received_on)
        ) end as terms
    from dsn_sums as s
    join dsn_terms as t using (contract_row)
    left join dsn_leave_declared as l on l.siret = s.siret
    union all
    select
        siret, month, person_key, contract_id, replaced_on, -1, is_own, -contract_hours, -worked_hours, -leave_hours,
        -suspended_hours, -idle_hours, -overtime_hours, -base_pay, -gross_pay, -active, null
    from dsn_sums
    where replaced_on is not null
),
days as (
    select
        siret, month, person_key, contract_id, day,
        max(terms) as terms,
        bool_or(is_own and sign > 0) as is_declared,
        sum(contract_hours) as contract_hours,
        sum(worked_hours) as worked_hours,
        sum(leave_hours) as leave_hours,
        sum(suspended_hours) as suspended_hours,
        sum(idle_hours) as idle_hours,
        sum(overtime_hours) as overtime_hours,
        coalesce(sum(base_pay), 0) as base_pay,
        coalesce(sum(sign) filter (where base_pay is not null), 0) as base_pays,
        sum(gross_pay) as gross_pay,
        sum(active) as active
    from changes
    group by siret, month, person_key, contract_id, day
),
states as (
    select
        siret, month, person_key, contract_id, day,
        last_value(terms ignore nulls) over so_far as terms,
        bool_or(is_declared) over so_far as is_declared,
        round(sum(contract_hours) over so_far, 2) as contract_hours,
        round(sum(worked_hours) over so_far, 2) as worked_hours,
        round(sum(leave_hours) over so_far, 2) as leave_hours,
        round(sum(suspended_hours) over so_far, 2) as suspended_hours,
        round(sum(idle_hours) over so_far, 2) as idle_hours,
        round(sum(overtime_hours) over so_far, 2) as overtime_hours,
        case when sum(base_pays) over so_far > 0 then round(sum(base_pay) over so_far, 2) end as base_pay,
        round(sum(gross_pay) over so_far, 2) as gross_pay,
        least(sum(active) over so_far, 1) as active
    from days
    window so_far as (
        partition by siret, month, person_key, contract_id order by day rows between unbounded preceding and current row
    )
)
select
    siret, month, person_key, contract_id, day as received_on,
    terms.contract_kind, terms.starts_on, terms.ends_on, terms.end_reason,
    contract_hours,
    greatest(worked_hours, 0) as worked_hours,
    leave_hours,
    suspended_hours,
    greatest(idle_hours, 0) as idle_hours,
    greatest(overtime_hours, 0) as overtime_hours,
    base_pay,
    gross_pay,
    terms.leave_included,
    active,
    worked_hours < 0 or idle_hours < 0 or overtime_hours < 0 as is_negative
from states
where is_declared
