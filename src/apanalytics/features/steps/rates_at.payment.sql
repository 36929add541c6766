-- A row is a month, a day and a regime met in the cases: the most favourable allocation that the law known on that day
-- gives for that month; every regime together where the regime is not one that the law has in that month.
with asked_for as (
    select distinct period_start, as_of, coalesce(regime, '') as regime from cases
    union
    select distinct c.period_start, c.as_of, coalesce(l.regime, c.regime, '')
    from cases as c
    join claim_lines as l on l.claim_id = c.case_id
)
select
    a.period_start, a.as_of, a.regime,
    coalesce(max(r.allocation_rate) filter (where r.regime = a.regime), max(r.allocation_rate)) as rate,
    coalesce(max(r.allocation_floor) filter (where r.regime = a.regime), max(r.allocation_floor)) as floor,
    coalesce(max(r.allocation_cap) filter (where r.regime = a.regime), max(r.allocation_cap)) as cap
from asked_for as a
join law_rates as r
    on r.valid_from < add_months(a.period_start, 1) and a.period_start < r.valid_to
    and r.known_from <= a.as_of and a.as_of < r.known_to
group by a.period_start, a.as_of, a.regime
