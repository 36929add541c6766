-- A row is a case whose establishment is declared closed: which share of the month's days the closure covers.
select
    c.k,
    nullif(
        greatest(
            0,
            date_diff('day', greatest(m.month, c.request_starts_on), least(last_day(m.month), c.request_ends_on)) + 1
        ) / cast(day(last_day(m.month)) as double),
        0
    ) as closed_share
from cases as c
join law_months as m on year(m.month) * 12 + month(m.month) = c.mi
where c.scope = 3
