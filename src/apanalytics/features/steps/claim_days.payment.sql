-- A row is what one request's claims of one day said of one month, from that day to the day on which others did: however
-- many claims a file repeats, a request has no more rows than days on which it claimed. Nearly always that is one day.
with spans as (
    select
        request_id, mi, min(known_on) as first_on, max(known_on) as last_on,
        max(idle_hours) as idle_hours, max(employees) as employees
    from claim_rows
    where request_id is not null
    group by request_id, mi
)
select request_id, mi, first_on as known_on, date '9999-12-31' as replaced_on, idle_hours, employees
from spans
where first_on = last_on
union all
select
    request_id, mi, known_on,
    coalesce(lead(known_on) over (partition by request_id, mi order by known_on), date '9999-12-31'),
    idle_hours, employees
from (
    select c.request_id, c.mi, c.known_on, max(c.idle_hours) as idle_hours, max(c.employees) as employees
    from claim_rows as c
    join spans as s on s.request_id = c.request_id and s.mi = c.mi and s.first_on < s.last_on
    group by c.request_id, c.mi, c.known_on
) as days
