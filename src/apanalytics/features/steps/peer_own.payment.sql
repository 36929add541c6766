-- A row is a claim that is looked at, with what of it is compared with its peers: what `peer_rows` says of it.
select
    c.k, coalesce(e.naf, '') as naf, coalesce(e.size_class, 'NN') as size_class, c.mi,
    case when c.hours > 0 and c.employees > 0 then cast(round(1e3 * ln(c.hours / c.employees), 0) as bigint) end
        as time_log,
    case when c.hours > 0 and c.amount > 0 then cast(round(1e3 * ln(c.amount / c.hours), 0) as bigint) end as euro_log,
    date_diff('day', date '1970-01-01', c.as_of) as day
from cases as c
left join establishment_versions as e
    on e.sk = c.sk and e.valid_from <= c.known_on and c.known_on < e.valid_to
