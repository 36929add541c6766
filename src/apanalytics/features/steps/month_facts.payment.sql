-- A row is a claim: its hours against the working days of the month, those that are no public holiday, and what it claims
-- beyond the idle hours of the payroll against the hours of the public holidays that fell on weekdays.
select
    c.k,
    t.working_hours,
    cast(t.public_holidays as bigint) as public_holidays,
    c.hours / nullif(cast(c.employees as double), 0) / nullif(t.working_hours, 0) as hours_over_working_days_ratio,
    (c.hours - d.idle_hours) / nullif(c.employees * (t.month_weekday_hours - t.working_hours), 0)
        as idle_over_dsn_per_holiday_ratio
from cases as c
left join legal_time as t on t.k = c.k
left join dsn_month as d on d.k = c.k
