-- A row is a request that is looked at, with what of it, as it was filed, is compared with its peers.
select
    c.k, p.naf, p.size_class, p.mi, p.time_log, p.euro_log,
    date_diff('day', date '1970-01-01', c.as_of) as day
from cases as c
join peer_rows as p on p.case_id = c.case_id
