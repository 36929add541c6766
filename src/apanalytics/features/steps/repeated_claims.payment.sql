-- A row is a request and a month, with the establishment, for which more than one claim was made.
select c.sk, c.mi, coalesce(c.request_id, '') as request_id
from claim_rows as c
join several_claims as s on s.sk = c.sk and s.mi = c.mi
group by c.sk, c.mi, coalesce(c.request_id, '')
having count(*) > 1
