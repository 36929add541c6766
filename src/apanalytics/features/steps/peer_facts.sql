-- A row is a case: its distance from the mean of its peers, in standard deviations of the logarithm.
with distances as (
    select
        k, quantity, n,
        (own - total / nullif(cast(n as double), 0))
            / greatest(
                cast(50 as double),
                sqrt(greatest(
                    cast(0 as double),
                    squares / nullif(cast(n as double), 0) - (total / nullif(cast(n as double), 0)) * (total / nullif(cast(n as double), 0))
                ))
            ) as z,
        exp(total / nullif(cast(n as double), 0) / 1e3) as usual
    from peer_choice
)
select
    c.k,
    max(d.z) filter (where d.quantity = 'time') as peer_hours_z,
    max(d.z) filter (where d.quantity = 'euro') as peer_hourly_amount_z,
    max(d.usual) filter (where d.quantity = 'time') as peer_usual_hours,
    max(d.usual) filter (where d.quantity = 'euro') as peer_usual_hourly_amount_eur,
    cast(max(d.n) as bigint) as peer_count
from cases as c
left join distances as d on d.k = c.k
group by c.k
