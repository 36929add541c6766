-- A row is a case: its distance from the mean of its peers, in standard deviations of the logarithm.
with means as (
    select
        *,
        time_sum / nullif(cast(time_n as double), 0) as time_mean,
        euro_sum / nullif(cast(euro_n as double), 0) as euro_mean
    from peer_choice
),
spreads as (
    select
        *,
        greatest(
            cast(50 as double),
            sqrt(greatest(cast(0 as double), time_squares / nullif(cast(time_n as double), 0) - time_mean * time_mean))
        ) as time_spread,
        greatest(
            cast(50 as double),
            sqrt(greatest(cast(0 as double), euro_squares / nullif(cast(euro_n as double), 0) - euro_mean * euro_mean))
        ) as euro_spread
    from means
)
select
    c.k,
    (s.time_log - s.time_mean) / nullif(s.time_spread, 0) as peer_hours_z,
    (s.euro_log - s.euro_mean) / nullif(s.euro_spread, 0) as peer_hourly_amount_z,
    exp(s.time_mean / 1e3) as peer_usual_hours,
    exp(s.euro_mean / 1e3) as peer_usual_hourly_amount_eur,
    cast(greatest(
        case when s.time_log is not null then s.time_n end, case when s.euro_log is not null then s.euro_n end
    ) as bigint) as peer_count
from cases as c
left join spreads as s on s.k = c.k
