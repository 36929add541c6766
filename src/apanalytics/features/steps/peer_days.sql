-- A row is a day on which a file became known in a group of peers, or a case that looks at its group: running counts, sums
-- and sums of squares. Four groups, from the finest to the coarsest: class, size and month; division, size and month;
-- division and month; month.
with days as (
    select
        cast(null as bigint) as k, naf, substring(naf, 1, 2) as division, size_class, mi, day, time_log, euro_log
    from peer_rows
    union all
    select
        c.k, p.naf, substring(p.naf, 1, 2), p.size_class, p.mi, date_diff('day', date '1970-01-01', c.as_of), null, null
    from cases as c
    join peer_rows as p on p.case_id = c.case_id
),
grouped as (
    select k, 1 as level, concat(naf, '/', size_class) as peers, mi, day, time_log, euro_log from days
    union all
    select k, 2, concat(division, '/', size_class), mi, day, time_log, euro_log from days
    union all
    select k, 3, division, mi, day, time_log, euro_log from days
    union all
    select k, 4, '', mi, day, time_log, euro_log from days
)
select
    k, level,
    count(time_log) over by_day as time_n,
    sum(time_log) over by_day as time_sum,
    sum(time_log * time_log) over by_day as time_squares,
    count(euro_log) over by_day as euro_n,
    sum(euro_log) over by_day as euro_sum,
    sum(euro_log * euro_log) over by_day as euro_squares
from grouped
window by_day as (partition by level, peers, mi order by day)
