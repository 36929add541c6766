-- A row is a claim: the hours claimed so far under its request against those authorised, amendments known included.
with so_far as (
    select k, count(*) as months_claimed, sum(micro(idle_hours)) / 1e6 as hours_claimed
    from claim_months
    group by k
),
amended as (
    select
        c.k,
        max(coalesce(case when r.decision_known_on <= c.as_of then r.hours_authorised end, r.hours)) as hours,
        max(coalesce(
            case when r.decision_known_on <= c.as_of then r.headcount_authorised end, r.covered_headcount
        )) as headcount
    from cases as c
    join request_rows as r on r.amends_request_id = c.request_id
    where r.known_on <= c.as_of
        and not coalesce(r.status in ('refused', 'withdrawn') and r.decision_known_on <= c.as_of, false)
    group by c.k
),
authorised as (
    select
        cases.k,
        greatest(coalesce(hours_authorised, request_hours), amended.hours) as hours_authorised,
        greatest(coalesce(headcount_authorised, request_employees), amended.headcount) as headcount_authorised,
        least(
            cast(1 as double),
            (date_diff('day', request_starts_on, period_end) + 1)
                / nullif(cast(date_diff('day', request_starts_on, request_ends_on) + 1 as double), 0)
        ) as elapsed_share
    from cases
    left join amended on amended.k = cases.k
)
select
    c.k,
    a.hours_authorised,
    cast(a.headcount_authorised as bigint) as headcount_authorised,
    c.employees / nullif(cast(a.headcount_authorised as double), 0) as employees_over_authorised_ratio,
    cast(c.employees - a.headcount_authorised as bigint) as employees_over_authorised_gap,
    s.hours_claimed as hours_claimed_so_far,
    s.hours_claimed / nullif(a.hours_authorised, 0) as hours_claimed_over_authorised_ratio,
    s.hours_claimed - a.hours_authorised as hours_claimed_over_authorised_hours,
    cast(coalesce(s.months_claimed, 1) as bigint) as months_claimed,
    s.hours_claimed / nullif(a.hours_authorised * a.elapsed_share, 0) as use_rate,
    date_diff('day', c.period_end, c.request_starts_on) > 0 or date_diff('day', c.request_ends_on, c.period_start) > 0
        as month_outside_authorisation
from cases as c
left join so_far as s on s.k = c.k
left join authorised as a on a.k = c.k
