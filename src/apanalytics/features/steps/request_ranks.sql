-- A row is a request with its shelf of 128 among those of its establishment, in the order they became known, and how many the
-- establishment has.
select
    *,
    row_number() over (partition by sk order by known_on, request_id) // 128 as shelf,
    count(*) over (partition by sk) as requests
from request_rows
where sk is not null
