-- A row is a state of a request, from the day it was known to the day the next one was; a value that an event
-- does not repeat stays as it was.
select
    request_id,
    known_on as valid_from,
    coalesce(lead(known_on) over next_day, date '9999-12-31') as valid_to,
    last_value(status ignore nulls) over so_far as status,
    last_value(covered_headcount ignore nulls) over so_far as covered_headcount,
    last_value(hours ignore nulls) over so_far as hours,
    last_value(amount ignore nulls) over so_far as amount
from request_events
window
    next_day as (partition by request_id order by known_on, status, covered_headcount, hours, amount),
    so_far as (
        partition by request_id order by known_on, status, covered_headcount, hours, amount
        rows between unbounded preceding and current row
    )
