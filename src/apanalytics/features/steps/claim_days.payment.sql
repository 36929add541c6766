-- A row is what one request's claims of one day said of one month, from that day to the day on which others did: however
-- many claims a file repeats, a request has no more rows than days on which it claimed.
select
    request_id, mi, known_on,
    coalesce(lead(known_on) over (partition by request_id, mi order by known_on), date '9999-12-31') as replaced_on,
    idle_hours, employees
from (
    select
        request_id, mi, known_on,
        max(idle_hours) as idle_hours,
        max(employees) as employees
    from claim_rows
    where request_id is not null
    group by request_id, mi, known_on
) as days
