-- A row is a case whose request the law limits over rolling months: the months that hold its own period and what came before
-- it, days over the mean length of a month, and the most that the law allows.
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
)
select
    c.k, p.rolling_max_months,
    (coalesce(e.days_before, 0) + date_diff('day', c.request_starts_on, c.request_ends_on) + 1) / 3.0436875e1 as months
from cases as c
join law_procedure as p
    on p.valid_from <= greatest(c.request_known_on, c.request_starts_on)
    and greatest(c.request_known_on, c.request_starts_on) < p.valid_to
left join earlier as e on e.k = c.k
where p.rolling_max_months is not null and c.scheme = 'APDC' and coalesce(c.motive, 0) <> 3
