-- A row is a month, with the legal hours of all the months before it: the legal hours of any span of days are then
-- one subtraction. The same up to its end of the months that count for an agreement of APLD.
select
    year(month) * 12 + month(month) as mi,
    day(last_day(month)) as days,
    legal_hours, weekday_hours, working_days, public_holidays, annual_contingent,
    sum(micro(legal_hours)) over (order by month) / 1e6 - legal_hours as legal_hours_before,
    apld_counts,
    sum(micro(case when apld_counts then legal_hours else 0 end)) over (order by month) / 1e6 as apld_hours_through,
    case when apld_counts then legal_hours else 0 end as apld_hours
from law_months
