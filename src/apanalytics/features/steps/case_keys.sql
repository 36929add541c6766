-- A row is a case with its number, which is shorter to join on than its id.
select case_id, cast(row_number() over (order by case_id) as bigint) as k
from (select distinct case_id from looked_at) as filed
