-- A row is a request with the two quantities that are compared with its peers': hours asked per employee and week, and
-- euros per hour, both as thousandths of their logarithm, so that sums are exact.
select
    r.request_id as case_id,
    coalesce(e.naf, '') as naf, coalesce(e.size_class, 'NN') as size_class,
    year(r.known_on) * 12 + month(r.known_on) as mi,
    date_diff('day', date '1970-01-01', r.known_on) as day,
    case when r.hours > 0 and r.covered_headcount > 0 and r.ends_on >= r.starts_on then
        cast(
            round(1e3 * ln(7 * r.hours / r.covered_headcount / (date_diff('day', r.starts_on, r.ends_on) + 1)), 0)
            as bigint
        )
    end as time_log,
    case when r.hours > 0 and r.amount > 0 then cast(round(1e3 * ln(r.amount / r.hours), 0) as bigint) end as euro_log
from request_rows as r
left join establishment_versions as e
    on e.sk = r.sk and e.valid_from <= r.known_on and r.known_on < e.valid_to
