-- A row is a claim that has a nominative list: its hours, what the law gives for them, and how alike they are.
select
    l.k,
    count(*) as persons,
    sum(l.idle_hours) as idle_hours,
    sum(l.idle_hours * l.hourly_wage) as wage_eur,
    sum(l.idle_hours * round(least(r.cap, greatest(r.floor, r.rate * l.hourly_wage)), 2)) as law_amount,
    min(l.idle_hours) as least_idle,
    max(l.idle_hours) as most_idle,
    sum(l.worked_hours) as worked_hours,
    sum(
        case
            when l.arrangement in ('35h', 'part_time', 'annualised')
                or (l.arrangement = 'over35' and not coalesce(l.overtime_agreed, false))
            then greatest(0, least(
                l.idle_hours,
                l.idle_hours + l.worked_hours * least(1, t.month_legal_hours / nullif(l.contract_hours, 0))
                    - greatest(t.month_legal_hours, t.month_weekday_hours)
            ))
            else 0
        end
    ) as hours_over_arrangement,
    sum(greatest(0, l.idle_hours + l.worked_hours - greatest(l.contract_hours, t.month_weekday_hours)))
        as hours_over_own_contract
from line_rows as l
left join rates_at as r on r.period_start = l.period_start and r.as_of = l.as_of and r.regime = l.regime
left join legal_time as t on t.k = l.k
group by l.k
