-- A row is a case, with the legal hours of its period for one employee: the larger of the working calendar (five days a week)
-- and of the monthly duration, where the days of a month not taken whole count by the calendar, for a month at most.
with days as (
    select
        c.k, opening.mi as opening_mi, closing.mi as closing_mi, w.hours / 5e0 as day_hours,
        opening.legal_hours as opening_hours, closing.legal_hours as closing_hours,
        round(1e6 * (closing.legal_hours_before - opening.legal_hours_before - opening.legal_hours), 0) / 1e6
            as hours_between,
        opening.weekday_hours as month_weekday_hours,
        opening.working_days * w.hours / 5e0 as working_hours,
        opening.public_holidays, opening.annual_contingent,
        day(c.period_start) = 1 as from_the_first,
        day(c.period_end) = closing.days as to_the_last,
        -- Days since a Monday of 1970: the period, then the end of its first month and the beginning of its last.
        date_diff('day', date '1970-01-05', c.period_start) as starts,
        date_diff('day', date '1970-01-05', c.period_end) + 1 as ends,
        date_diff('day', date '1970-01-05', c.period_start) - day(c.period_start) + 1 + opening.days as opening_ends,
        date_diff('day', date '1970-01-05', c.period_end) + 1 - day(c.period_end) as closing_starts
    from cases as c
    join law_days as opening on opening.mi = year(c.period_start) * 12 + month(c.period_start)
    join law_weekly as w on w.valid_from <= c.period_start and c.period_start < w.valid_to
    join law_days as closing on closing.mi = year(c.period_end) * 12 + month(c.period_end)
),
weekdays as (
    select
        *,
        5 * floor(starts / 7e0) + least(5, starts - 7 * floor(starts / 7e0)) as before_it,
        5 * floor(ends / 7e0) + least(5, ends - 7 * floor(ends / 7e0)) as before_its_end,
        5 * floor(opening_ends / 7e0) + least(5, opening_ends - 7 * floor(opening_ends / 7e0)) as before_second,
        5 * floor(closing_starts / 7e0) + least(5, closing_starts - 7 * floor(closing_starts / 7e0)) as before_last
    from days
)
select
    k,
    greatest(
        (before_its_end - before_it) * day_hours,
        case
            when opening_mi = closing_mi and from_the_first and to_the_last then opening_hours
            when opening_mi = closing_mi then least(opening_hours, (before_its_end - before_it) * day_hours)
            else hours_between
                + case when from_the_first then opening_hours
                    else least(opening_hours, (before_second - before_it) * day_hours) end
                + case when to_the_last then closing_hours
                    else least(closing_hours, (before_its_end - before_last) * day_hours) end
        end
    ) as legal_hours,
    opening_hours as month_legal_hours,
    month_weekday_hours, working_hours, public_holidays, annual_contingent
from weekdays
