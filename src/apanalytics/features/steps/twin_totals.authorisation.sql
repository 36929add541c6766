-- A row is an account, hours, headcount and day: the requests of all firms together.
select account, hours_key, covered_headcount, day, cast(sum(requests) as bigint) as requests
from twin_days
group by account, hours_key, covered_headcount, day
