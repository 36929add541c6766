-- A row is a request with its rank among those of its establishment, in the order they became known.
select
    *,
    row_number() over (partition by sk order by known_on, request_id) // 128 as shelf
from request_rows
where sk is not null
