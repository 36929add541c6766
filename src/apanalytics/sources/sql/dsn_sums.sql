-- A row is a contract of a declaration and a month that it pays, with hours and pay. Paid leave lies inside the paid
-- hours, but where a leave fund pays it: there it lies inside the unpaid ones. A suspension that the hours declared unpaid
-- do not explain within a day was paid by the employer: it is taken out of the hours worked.
create or replace table dsn_sums as
with pays as (
    select
        contract_row, month,
        sum(amount) filter (where kind = '{gross}') as gross,
        sum(amount) filter (where kind = '{insured}') as insured,
        sum(amount) filter (where kind = '{rebuilt}') as base_pay,
        coalesce(sum(hours) filter (where kind = '{idle}'), 0) as idle_hours,
        coalesce(sum(hours) filter (where kind in {overtime}), 0) as overtime_hours
    from dsn_pay_rows
    group by contract_row, month
),
times as (
    select
        p.contract_row, p.month,
        coalesce(sum(a.measure * hours_per(coalesce(a.unit, t.unit), t.legal_day)) filter (where a.kind = '{paid}'), 0)
            as paid_hours,
        coalesce(sum(a.measure * hours_per(coalesce(a.unit, t.unit), t.legal_day)) filter (where a.kind = '{unpaid}'), 0)
            as unpaid_hours
    from kept_dsn_activities as a
    join dsn_pay_rows as p using (pay_id)
    join dsn_terms as t using (contract_row)
    where p.kind = '{insured}'
    group by p.contract_row, p.month
),
own as (
    select
        t.*, p.gross, p.insured, p.base_pay, coalesce(p.idle_hours, 0) as idle_hours,
        coalesce(p.overtime_hours, 0) as overtime_hours, coalesce(h.paid_hours, 0) as paid_hours,
        coalesce(h.unpaid_hours, 0) as unpaid_hours,
        coalesce(a.leave_days, 0) * t.day_hours as dated_leave,
        coalesce(a.suspended_days, 0) * t.day_hours as dated_suspended
    from dsn_terms as t
    left join pays as p on p.contract_row = t.contract_row and p.month = t.month
    left join times as h on h.contract_row = t.contract_row and h.month = t.month
    left join dsn_absences as a on a.contract_row = t.contract_row
),
leaves as (
    select
        *,
        case when has_leave_fund then dated_leave else least(dated_leave, greatest(paid_hours, 0)) end as leave_hours
    from own
),
suspensions as (
    select
        *,
        paid_hours - case when has_leave_fund then 0 else leave_hours end as paid_not_leave,
        greatest(unpaid_hours - idle_hours - case when has_leave_fund then leave_hours else 0 end, 0) as unpaid_suspended
    from leaves
),
settled as (
    select
        *,
        case when dated_suspended = 0 then 0
            when abs(dated_suspended - unpaid_suspended) < day_hours then unpaid_suspended
            else dated_suspended end as suspended_hours
    from suspensions
)
select
    contract_row, siret, month, person_key, contract_id, received_on, replaced_on, true as is_own,
    contract_hours,
    paid_not_leave
        - case when suspended_hours > unpaid_suspended
            then least(suspended_hours - unpaid_suspended, greatest(paid_not_leave, 0)) else 0 end as worked_hours,
    leave_hours, suspended_hours, idle_hours, overtime_hours, base_pay, coalesce(gross, insured, 0) as gross_pay,
    cast(is_active as integer) as active, has_leave_fund
from settled
union all
select
    t.contract_row, t.siret, p.month, t.person_key, t.contract_id, t.received_on, t.replaced_on, false,
    0, coalesce(h.paid_hours, 0), 0, 0, p.idle_hours, p.overtime_hours, p.base_pay, coalesce(p.gross, p.insured, 0),
    0, t.has_leave_fund
from pays as p
join dsn_terms as t using (contract_row)
left join times as h on h.contract_row = p.contract_row and h.month = p.month
where p.month < t.month
