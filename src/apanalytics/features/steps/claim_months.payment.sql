-- A row is a month claimed under a case's request, in the last version known on the day the case is looked at; the
-- case's own month is what the case itself says.
select
    c.k, d.mi, d.employees,
    case when d.mi = c.mi then c.hours else d.idle_hours end as idle_hours
from cases as c
join claim_days as d
    on d.request_id = c.request_id and d.known_on <= c.as_of and c.as_of < d.replaced_on and d.mi <= c.mi
