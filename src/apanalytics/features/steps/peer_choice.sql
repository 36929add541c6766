-- A row is a case and a quantity: its own, and the statistics of its finest group with thirty peers or more, itself left
-- out.
with own as (
    select
        k, time_log, euro_log, mi, day,
        concat(naf, '/', size_class) as class_peers,
        concat(substring(naf, 1, 2), '/', size_class) as size_peers,
        substring(naf, 1, 2) as division_peers
    from peer_own
)
select
    o.k, o.time_log, o.euro_log,
    coalesce(a.time_n, b.time_n, d.time_n, m.time_n) - 1 as time_n,
    coalesce(a.time_sum, b.time_sum, d.time_sum, m.time_sum) - o.time_log as time_sum,
    coalesce(a.time_squares, b.time_squares, d.time_squares, m.time_squares) - o.time_log * o.time_log as time_squares,
    coalesce(a.euro_n, b.euro_n, d.euro_n, m.euro_n) - 1 as euro_n,
    coalesce(a.euro_sum, b.euro_sum, d.euro_sum, m.euro_sum) - o.euro_log as euro_sum,
    coalesce(a.euro_squares, b.euro_squares, d.euro_squares, m.euro_squares) - o.euro_log * o.euro_log as euro_squares
from own as o
left join peer_days as a on a.level = 1 and a.peers = o.class_peers and a.mi = o.mi and a.day = o.day
left join peer_days as b on b.level = 2 and b.peers = o.size_peers and b.mi = o.mi and b.day = o.day
left join peer_days as d on d.level = 3 and d.peers = o.division_peers and d.mi = o.mi and d.day = o.day
left join peer_days as m on m.level = 4 and m.mi = o.mi and m.day = o.day
