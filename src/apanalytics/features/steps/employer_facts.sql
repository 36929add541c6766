-- A row is a case: whether any source knew an employee of its establishment on the day it is looked at.
with counted as (
    select c.k, max(h.headcount) as headcount
    from cases as c
    join mean_headcounts as h on h.sk = c.sk and h.valid_from <= c.as_of and c.as_of < h.valid_to
    where h.mi between c.mi - 12 and c.mi
    group by c.k
)
select
    c.k,
    coalesce(s.months_with_staff, 0) = 0 and coalesce(d.headcount, 0) = 0 and coalesce(n.headcount, 0) = 0
        and not coalesce(c.is_employer, false) and coalesce(c.size_class, 'NN') in ('NN', '00') as no_known_employee
from cases as c
left join dsn_month as d on d.k = c.k
left join dsn_staff as s on s.k = c.k
left join counted as n on n.k = c.k
