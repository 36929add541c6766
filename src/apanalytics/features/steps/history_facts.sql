-- A row is a case: the other requests of its establishment, as known on the day it is looked at.
select
    c.k,
    case when c.request_known_on is not null then coalesce(o.overlapping_requests, 0) end as overlapping_requests,
    case when c.request_known_on is not null then coalesce(o.overlap_days, 0) end as overlap_days,
    (c.request_employees + coalesce(o.other_employees, 0)) / nullif(cast(c.headcount_declared as double), 0)
        as overlapping_employees_share,
    m.months as rolling_months,
    m.months - m.rolling_max_months as rolling_months_over_limit,
    case when c.request_known_on is not null then coalesce(r.earlier_requests, 0) end
        as earlier_requests_in_commitment_window
from cases as c
left join request_overlaps as o on o.k = c.k
left join rolling_months as m on m.k = c.k
left join recent_requests as r on r.k = c.k
