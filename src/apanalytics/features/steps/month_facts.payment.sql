-- A row is a claim: its hours against the working days of the month, those that are no public holiday.
select
    c.k,
    t.working_hours,
    cast(t.public_holidays as bigint) as public_holidays,
    c.hours / nullif(cast(c.employees as double), 0) / nullif(t.working_hours, 0) as hours_over_working_days_ratio
from cases as c
left join legal_time as t on t.k = c.k
