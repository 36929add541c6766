-- A row is a case: the firms that accounts lead to from its own by the day it is looked at, link after link; then those that
-- the identical requests of third-party filers lead to as well.
select
    c.k,
    case when c.sn is not null then coalesce(t.firms, 1) - 1 end as linked_sirens,
    t.lowest_sn as linked_group,
    case when c.sn is not null then coalesce(u.firms, 1) - 1 end as pattern_linked_sirens
from cases as c
left join linked_firms as f
    on f.graph = 'account' and f.sn = c.sn
    and f.from_day <= date_diff('day', date '1970-01-01', c.as_of)
    and date_diff('day', date '1970-01-01', c.as_of) < f.to_day
left join linked_totals as t
    on t.graph = 'account' and t.group_sn = f.group_sn
    and t.from_day <= date_diff('day', date '1970-01-01', c.as_of)
    and date_diff('day', date '1970-01-01', c.as_of) < t.to_day
left join linked_firms as g
    on g.graph = 'pattern' and g.sn = c.sn
    and g.from_day <= date_diff('day', date '1970-01-01', c.as_of)
    and date_diff('day', date '1970-01-01', c.as_of) < g.to_day
left join linked_totals as u
    on u.graph = 'pattern' and u.group_sn = g.group_sn
    and u.from_day <= date_diff('day', date '1970-01-01', c.as_of)
    and date_diff('day', date '1970-01-01', c.as_of) < u.to_day
