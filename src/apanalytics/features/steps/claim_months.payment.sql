-- A row is a month claimed under a case's request, in the last version known on the day the case is looked at; the
-- case's own month is what the case itself says.
select k, mi, idle_hours, employees
from (
    select
        c.k, d.mi, d.employees,
        case when d.mi = c.mi then c.hours else d.idle_hours end as idle_hours,
        row_number() over (partition by c.k, d.mi order by d.known_on desc) as version
    from cases as c
    join claim_days as d on d.request_id = c.request_id and d.known_on <= c.as_of and d.mi <= c.mi
) as versions
where version = 1
