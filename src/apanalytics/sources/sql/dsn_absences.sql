-- A row is a contract of a declaration with days of paid leave, or of a suspension of the contract, in the month declared.
-- Days are the weekdays that are no public holiday; a suspension in parts states its own number of them.
create or replace table dsn_absences as
with stated as (
    select
        contract_row, motive = '{leave}' as is_leave, starts_on, coalesce(ends_on, date '9999-12-31') as ends_on, days
    from kept_dsn_suspensions
    where motive not in {not_suspended}
    union all
    select
        contract_row, false, last_worked_on + 1,
        coalesce(cast(resumed_on - 1 as date), planned_end, date '9999-12-31'), null
    from kept_dsn_stoppages
    where motive not in {not_whole_stoppage}
),
counted as (
    select s.contract_row, s.is_leave, count(distinct w.day) as days
    from stated as s
    join dsn_terms as t using (contract_row)
    join dsn_working_days as w
        on w.month = t.month and w.day between s.starts_on and s.ends_on
        and w.day >= t.starts_on and (t.ends_on is null or w.day <= t.ends_on)
    where s.days is null
    group by s.contract_row, s.is_leave
    union all
    select s.contract_row, s.is_leave, sum(s.days)
    from stated as s
    join dsn_terms as t using (contract_row)
    where s.days is not null and s.starts_on <= last_day(t.month) and s.ends_on >= t.month
    group by s.contract_row, s.is_leave
)
select
    contract_row,
    coalesce(sum(days) filter (where is_leave), 0) as leave_days,
    coalesce(sum(days) filter (where not is_leave), 0) as suspended_days
from counted
group by contract_row
