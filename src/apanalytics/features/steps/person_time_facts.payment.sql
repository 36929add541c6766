-- A row is a claim: its employees' hours with other employers in the month, and their idle hours in the year.
with sums as (
    select
        p.k,
        sum(micro(case when p.used_everywhere > p.used_here
            then greatest(0, p.used_everywhere / 1e2 - greatest(t.month_legal_hours, t.month_weekday_hours)) else 0 end))
            / 1e6 as over_full_time,
        sum(case when p.used_everywhere > p.used_here
            and p.used_everywhere / 1e2 > greatest(t.month_legal_hours, t.month_weekday_hours) then 1 else 0 end)
            as persons_over_full_time,
        sum(case when p.idle_in_year / 1e2 > t.annual_contingent then 1 else 0 end) as over_contingent,
        max(p.idle_in_year / 1e2 - t.annual_contingent) as most_over_contingent
    from person_totals as p
    join legal_time as t on t.k = p.k
    group by p.k
)
select
    c.k,
    cast(s.persons_over_full_time as bigint) as persons_over_full_time,
    s.over_full_time as time_over_full_time_hours,
    cast(s.over_contingent as bigint) as persons_over_contingent,
    s.most_over_contingent as most_over_contingent_hours
from cases as c
left join sums as s on s.k = c.k
