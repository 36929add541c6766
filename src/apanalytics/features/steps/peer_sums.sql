-- A row is a class, size, month and day: the files that became known on that day, or none where it is only a day on which
-- some file is looked at. Counts, sums and sums of squares of what is compared.
select
    naf, size_class, mi, day,
    cast(sum(time_n) as bigint) as time_n,
    cast(sum(time_sum) as bigint) as time_sum,
    cast(sum(time_squares) as bigint) as time_squares,
    cast(sum(euro_n) as bigint) as euro_n,
    cast(sum(euro_sum) as bigint) as euro_sum,
    cast(sum(euro_squares) as bigint) as euro_squares
from (
    select
        naf, size_class, mi, day,
        count(time_log) as time_n, sum(time_log) as time_sum, sum(time_log * time_log) as time_squares,
        count(euro_log) as euro_n, sum(euro_log) as euro_sum, sum(euro_log * euro_log) as euro_squares
    from peer_rows
    group by naf, size_class, mi, day
    union all
    select distinct
        coalesce(e.naf, ''), coalesce(e.size_class, 'NN'), l.peer_mi, date_diff('day', date '1970-01-01', l.as_of),
        0, 0, 0, 0, 0, 0
    from looked_at as l
    left join establishment_versions as e
        on e.sk = l.sk and e.valid_from <= l.known_on and l.known_on < e.valid_to
) as days
group by naf, size_class, mi, day
