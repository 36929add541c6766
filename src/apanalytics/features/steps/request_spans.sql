-- A row is a stretch of days of other requests, before the case's own period and within the twelve rolling months that
-- end with it, with the stretches already counted before it.
select
    k, counted_from, counted_to,
    max(counted_to) over (
        partition by k order by counted_from, counted_to, request_id
        rows between unbounded preceding and 1 preceding
    ) as counted_before
from (
    select
        n.k, n.request_id,
        greatest(
            n.starts_on,
            cast(p.rolling_ignored_before + interval 1 day as date),
            add_months(cast(n.request_ends_on + interval 1 day as date), -p.rolling_window_months)
        ) as counted_from,
        least(n.ends_on, cast(n.request_starts_on - interval 1 day as date)) as counted_to
    from request_neighbours as n
    join law_procedure as p
        on p.valid_from <= greatest(n.known_on, n.request_starts_on)
        and greatest(n.known_on, n.request_starts_on) < p.valid_to
    where p.rolling_max_months is not null
) as within_window
where counted_from <= counted_to
