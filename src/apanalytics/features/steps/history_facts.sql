-- A row is a case: the other requests of its establishment, as known on the day it is looked at. Months are days over the
-- mean length of a month; the rolling months hold the case's own period and what came before it.
with earlier as (
    select
        k,
        sum(greatest(
            0,
            date_diff(
                'day',
                greatest(counted_from, coalesce(cast(counted_before + interval 1 day as date), counted_from)),
                counted_to
            ) + 1
        )) as days_before
    from request_spans
    group by k
),
recent as (
    select n.k, count(*) as earlier_requests
    from request_neighbours as n
    join law_procedure as p on p.valid_from <= n.known_on and n.known_on < p.valid_to
    where n.starts_on < n.request_starts_on and n.ends_on >= add_months(n.known_on, -p.commitments_months)
    group by n.k
),
rolled as (
    select
        c.k, p.rolling_max_months,
        (coalesce(e.days_before, 0) + date_diff('day', c.request_starts_on, c.request_ends_on) + 1) / 3.0436875e1 as months
    from cases as c
    join law_procedure as p
        on p.valid_from <= greatest(c.request_known_on, c.request_starts_on)
        and greatest(c.request_known_on, c.request_starts_on) < p.valid_to
    left join earlier as e on e.k = c.k
    where p.rolling_max_months is not null and c.scheme = 'APDC' and coalesce(c.motive, 0) <> 3
)
select
    c.k,
    cast(coalesce(o.overlapping_requests, 0) as bigint) as overlapping_requests,
    cast(coalesce(o.overlap_days, 0) as bigint) as overlap_days,
    (c.request_employees + coalesce(o.other_employees, 0)) / nullif(cast(c.headcount_declared as double), 0)
        as overlapping_employees_share,
    m.months as rolling_months,
    m.months - m.rolling_max_months as rolling_months_over_limit,
    cast(coalesce(r.earlier_requests, 0) as bigint) as earlier_requests_in_commitment_window
from cases as c
left join request_overlaps as o on o.k = c.k
left join rolled as m on m.k = c.k
left join recent as r on r.k = c.k
