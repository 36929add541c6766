-- A row is a claim: the employees it is paid for against the payroll (DSN) of the month; null while that has not come.
with counted as (
    select
        p.k,
        sum(case when p.listed then 1 else 0 end) as listed,
        sum(case when p.listed and p.contracts = 0 then 1 else 0 end) as absent,
        sum(case when p.starts_on >= cast(c.request_starts_on - interval 30 day as date)
            and p.starts_on <= c.period_end then 1 else 0 end) as just_hired,
        count(*) as persons,
        sum(p.gone_in_trial) as gone_in_trial,
        sum(case when p.contracts > 0 then p.not_an_employee else 0 end) as not_employees,
        sum(micro(case when p.suspended_hours > 0
            then greatest(0, least(p.suspended_hours, p.over_contract))
            else 0 end)) / 1e6 as during_suspension,
        sum(micro(case when p.leave_hours > 0
            then greatest(0, least(p.leave_hours, p.over_contract))
            else 0 end)) / 1e6 as during_leave,
        sum(micro(case when p.contracts > 0 and p.contracts_in_month = 0 then p.idle_hours else 0 end)) / 1e6 as outside_contract,
        sum(micro(greatest(0, p.over_contract))) / 1e6 as over_contract
    from (
        select
            *,
            case when own_contracts > 0 then
                least(idle_hours, idle_hours + worked_hours + leave_hours + suspended_hours - contract_hours)
            else 0 end as over_contract
        from person_months
    ) as p
    join cases as c on c.k = p.k
    group by p.k
)
select
    c.k,
    case when n.listed > 0 then cast(n.absent as bigint) end as persons_not_in_dsn,
    case when n.listed > 0 then n.absent / cast(n.listed as double) end as persons_not_in_dsn_share,
    case when c.request_starts_on is not null then cast(n.just_hired as bigint) end as persons_just_hired,
    case when c.request_starts_on is not null then n.just_hired / nullif(cast(n.persons as double), 0) end
        as persons_just_hired_share,
    cast(n.gone_in_trial as bigint) as persons_gone_in_trial,
    cast(n.not_employees as bigint) as officers_or_interns_claimed,
    n.during_suspension as idle_during_suspension_hours,
    n.during_leave as idle_during_leave_hours,
    n.outside_contract as idle_outside_contract_hours,
    n.over_contract as person_time_over_contract_hours
from cases as c
left join payroll_seen as s on s.sk = c.sk and s.mi = c.mi and s.seen_on <= c.as_of
left join counted as n on n.k = c.k and s.sk is not null
