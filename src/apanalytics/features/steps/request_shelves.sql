-- A row is a case and a shelf of 128 requests of its establishment that it is compared with: its own, the one before
-- and the one after, where there are such. An establishment with thousands of requests costs no more per request than one with two hundred. It
-- carries what the comparison needs of the case, so that the only join of a case to other requests is by establishment
-- and shelf.
select
    c.k, c.sk, r.shelf + s.step as shelf,
    c.as_of, c.request_id, c.amends_request_id, c.request_known_on, c.request_starts_on, c.request_ends_on
from cases as c
join request_ranks as r on r.request_id = c.request_id
cross join (select -1 as step union all select 0 union all select 1) as s
where r.requests > 1 and r.shelf + s.step between 0 and r.requests // 128
