-- A row is a day on which hours of a person became known, or an employee that a case is paid for: the running hundredths
-- of hours, of the month with all employers and with his own, and of the year with his own.
select
    k, idle,
    sum(used) over (partition by source, person_key, mi order by day) as used_everywhere,
    sum(used) over (partition by source, person_key, mi, sn order by day) as used_here,
    sum(idle) over (partition by source, person_key, sn, year order by day) as idle_in_year
from (
    select source, person_key, sn, mi, (mi - 1) // 12 as year, day, cast(null as bigint) as k, idle, used
    from person_time
    union all
    select
        case when listed then 'list' else 'payroll' end, person_key, sn, mi, (mi - 1) // 12,
        date_diff('day', date '1970-01-01', as_of), k, 0, 0
    from claimed_persons
) as days
