-- A row is a claim that has a nominative list: its hours, what the law gives for them, and how alike they are.
select
    l.k,
    count(*) as persons,
    sum(micro(l.idle_hours)) / 1e6 as idle_hours,
    sum(micro(l.idle_hours * l.hourly_wage)) / 1e6 as wage_eur,
    -- Before March 2020 the law has no rate: an amount up to some headcount of the firm, another above.
    sum(micro(l.idle_hours * case
        when r.rate is not null then round(1e2 * least(r.cap, greatest(r.floor, r.rate * l.hourly_wage)), 0) / 1e2
        when l.company_headcount > f.headcount_max then f.large
        else f.small
    end)) / 1e6 as law_amount,
    min(l.idle_hours) as least_idle,
    max(l.idle_hours) as most_idle,
    sum(micro(l.worked_hours)) / 1e6 as worked_hours,
    sum(micro(
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
    )) / 1e6 as hours_over_arrangement,
    sum(micro(greatest(0, l.idle_hours + l.worked_hours - greatest(l.contract_hours, t.month_weekday_hours)))) / 1e6
        as hours_over_own_contract
from line_rows as l
left join rates_at as r on r.period_start = l.period_start and r.as_of = l.as_of and r.regime = l.regime
left join law_flat as f on f.valid_from <= l.period_start and l.period_start < f.valid_to
left join legal_time as t on t.k = l.k
group by l.k
