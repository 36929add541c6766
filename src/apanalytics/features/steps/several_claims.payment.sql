-- A row is an establishment and a month for which it made more than one claim, of whatever request.
select sk, mi
from claim_rows
where sk is not null
group by sk, mi
having count(*) > 1
