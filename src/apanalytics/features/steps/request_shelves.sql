-- A row is a case and a shelf of 128 requests of its establishment that it is compared with: its own, the one before
-- and the one after. An establishment with thousands of requests costs no more per request than one with two hundred.
select c.k, c.sk, r.shelf + s.step as shelf
from cases as c
join request_ranks as r on r.request_id = c.request_id
cross join (select -1 as step union all select 0 union all select 1) as s
