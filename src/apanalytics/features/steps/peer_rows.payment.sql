-- A row is a claim with the two quantities that are compared with its peers': idle hours per employee, and euros per hour,
-- both as thousandths of their logarithm, so that sums are exact.
select
    c.claim_id as case_id,
    coalesce(e.naf, '') as naf, coalesce(e.size_class, 'NN') as size_class, c.mi,
    date_diff('day', date '1970-01-01', c.known_on) as day,
    case when c.idle_hours > 0 and c.employees > 0 then
        cast(round(1e3 * ln(c.idle_hours / c.employees), 0) as bigint) end as time_log,
    case when c.idle_hours > 0 and c.amount > 0 then
        cast(round(1e3 * ln(c.amount / c.idle_hours), 0) as bigint) end as euro_log
from claim_rows as c
left join establishment_versions as e
    on e.sk = c.sk and e.valid_from <= c.known_on and c.known_on < e.valid_to
