-- A row is a case and a quantity: the statistics of its finest group with thirty peers or more, itself left out.
select k, quantity, n, total, squares, own
from (
    select
        *,
        row_number() over (partition by k, quantity order by level) as choice
    from (
        select
            d.k, d.level, 'time' as quantity, p.time_log as own,
            d.time_n - 1 as n, d.time_sum - p.time_log as total, d.time_squares - p.time_log * p.time_log as squares
        from peer_days as d
        join cases as c on c.k = d.k
        join peer_rows as p on p.case_id = c.case_id
        where p.time_log is not null
        union all
        select
            d.k, d.level, 'euro', p.euro_log,
            d.euro_n - 1, d.euro_sum - p.euro_log, d.euro_squares - p.euro_log * p.euro_log
        from peer_days as d
        join cases as c on c.k = d.k
        join peer_rows as p on p.case_id = c.case_id
        where p.euro_log is not null
    ) as levels
    where n >= 30
) as ranked
where choice = 1
