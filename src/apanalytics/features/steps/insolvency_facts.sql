-- A row is a case: the insolvency proceedings of its firm (siren) known on the day it is looked at and open in its period.
with open as (
    select
        c.k,
        max(case when i.kind = 'liquidation' then 1 else 0 end) as liquidation,
        max(date_diff('day', i.effective_on, c.period_start)) filter (where i.kind = 'liquidation') as days
    from cases as c
    join insolvencies as i on try_cast(i.siren as bigint) = c.sn
    where coalesce(i.known_on, i.effective_on) <= c.as_of
        and i.effective_on <= c.period_end
        and (i.ended_on is null or i.ended_on > c.as_of or i.ended_on >= c.period_start)
    group by c.k
)
select
    c.k,
    o.k is not null as in_insolvency,
    coalesce(o.liquidation, 0) = 1 as in_liquidation,
    cast(o.days as bigint) as days_since_liquidation
from cases as c
left join open as o on o.k = c.k
