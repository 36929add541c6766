-- A row is a group of peers and a day on which it has the thirty files that a comparison needs, and one more: the running
-- counts, sums and sums of squares of the files known by that day; null for the quantity that has fewer. Four groups,
-- from the finest to the coarsest: class, size and month; division, size and month; division and month; month.
with grouped as (
    select
        1 as level, concat(naf, '/', size_class) as peers,
        mi, day, time_n, time_sum, time_squares, euro_n, euro_sum, euro_squares
    from peer_sums
    union all
    select
        2, concat(substring(naf, 1, 2), '/', size_class), mi, day,
        sum(time_n), sum(time_sum), sum(time_squares), sum(euro_n), sum(euro_sum), sum(euro_squares)
    from peer_sums
    group by substring(naf, 1, 2), size_class, mi, day
    union all
    select
        3, substring(naf, 1, 2), mi, day,
        sum(time_n), sum(time_sum), sum(time_squares), sum(euro_n), sum(euro_sum), sum(euro_squares)
    from peer_sums
    group by substring(naf, 1, 2), mi, day
    union all
    select
        4, '', mi, day,
        sum(time_n), sum(time_sum), sum(time_squares), sum(euro_n), sum(euro_sum), sum(euro_squares)
    from peer_sums
    group by mi, day
),
running as (
    select
        level, peers, mi, day,
        cast(sum(time_n) over by_day as bigint) as time_n,
        cast(sum(time_sum) over by_day as bigint) as time_sum,
        cast(sum(time_squares) over by_day as bigint) as time_squares,
        cast(sum(euro_n) over by_day as bigint) as euro_n,
        cast(sum(euro_sum) over by_day as bigint) as euro_sum,
        cast(sum(euro_squares) over by_day as bigint) as euro_squares
    from grouped
    window by_day as (partition by level, peers, mi order by day)
)
select
    level, peers, mi, day,
    case when time_n > 30 then time_n end as time_n,
    case when time_n > 30 then time_sum end as time_sum,
    case when time_n > 30 then time_squares end as time_squares,
    case when euro_n > 30 then euro_n end as euro_n,
    case when euro_n > 30 then euro_sum end as euro_sum,
    case when euro_n > 30 then euro_squares end as euro_squares
from running
where time_n > 30 or euro_n > 30
