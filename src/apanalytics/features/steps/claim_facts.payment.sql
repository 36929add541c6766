-- A row is a claim: the hours claimed so far under its request against those authorised, amendments known included.
with so_far as (
    select k, count(*) as months_claimed, sum(micro(idle_hours)) / 1e6 as hours_claimed
    from claim_months
    group by k
),
amended as (
    select
        c.k,
        max(coalesce(
            case when r.decision_known_on <= c.as_of then r.hours_authorised end, s.hours, r.hours
        )) as hours,
        max(coalesce(
            case when r.decision_known_on <= c.as_of then r.headcount_authorised end,
            s.covered_headcount, r.covered_headcount
        )) as headcount
    from cases as c
    join request_rows as r on r.amends_request_id = c.request_id
    left join request_states as s
        on s.request_id = r.request_id and s.valid_from <= c.as_of and c.as_of < s.valid_to
    where r.known_on <= c.as_of
        and c.request_known_on is not null
        and coalesce(s.status, case when r.decision_known_on <= c.as_of then r.status end, 'pending')
            not in ('refused', 'withdrawn')
    group by c.k
),
authorised as (
    select
        c.k, c.employees, c.period_start, c.period_end, c.request_starts_on, c.request_ends_on,
        greatest(coalesce(c.hours_authorised, c.request_hours), a.hours) as hours_authorised,
        greatest(coalesce(c.headcount_authorised, c.request_employees), a.headcount) as headcount_authorised,
        case when c.period_end >= c.request_starts_on then least(
            cast(1 as double),
            (date_diff('day', c.request_starts_on, c.period_end) + 1)
                / nullif(cast(date_diff('day', c.request_starts_on, c.request_ends_on) + 1 as double), 0)
        ) end as elapsed_share,
        s.hours_claimed, s.months_claimed
    from cases as c
    left join amended as a on a.k = c.k
    left join so_far as s on s.k = c.k
)
select
    k,
    hours_authorised,
    cast(headcount_authorised as bigint) as headcount_authorised,
    employees / nullif(cast(headcount_authorised as double), 0) as employees_over_authorised_ratio,
    cast(employees - headcount_authorised as bigint) as employees_over_authorised_gap,
    hours_claimed as hours_claimed_so_far,
    hours_claimed / nullif(hours_authorised, 0) as hours_claimed_over_authorised_ratio,
    hours_claimed - hours_authorised as hours_claimed_over_authorised_hours,
    cast(coalesce(months_claimed, 1) as bigint) as months_claimed,
    hours_claimed / nullif(hours_authorised * elapsed_share, 0) as use_rate,
    date_diff('day', period_end, request_starts_on) > 0 or date_diff('day', request_ends_on, period_start) > 0
        as month_outside_authorisation
from authorised
