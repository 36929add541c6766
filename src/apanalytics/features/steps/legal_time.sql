-- A row is a case, with the legal hours of its period for one employee: the larger of the monthly duration and the
-- working calendar (five days a week), so that no honest way of counting exceeds it.
select
    c.k,
    greatest(
        closing.legal_hours_before + closing.legal_hours * day(c.period_end) / closing.days
            - opening.legal_hours_before - opening.legal_hours * (day(c.period_start) - 1) / opening.days,
        closing.weekday_hours_before + closing.weekday_hours * day(c.period_end) / closing.days
            - opening.weekday_hours_before - opening.weekday_hours * (day(c.period_start) - 1) / opening.days
    ) as legal_hours,
    opening.legal_hours as month_legal_hours,
    opening.weekday_hours as month_weekday_hours,
    opening.working_days * w.hours / 5e0 as working_hours,
    opening.public_holidays, opening.annual_contingent
from cases as c
join law_days as opening on opening.mi = year(c.period_start) * 12 + month(c.period_start)
join law_weekly as w on w.valid_from <= c.period_start and c.period_start < w.valid_to
join law_days as closing on closing.mi = year(c.period_end) * 12 + month(c.period_end)
