-- A row is an account and the days between which it has a number of firms: those known to use it by then. One row per
-- day on which a firm came, however many came.
select
    kind, account, day as from_day,
    coalesce(lead(day) over (partition by kind, account order by day), 9999999) as to_day,
    cast(sum(firms) over (partition by kind, account order by day) as bigint) as firms
from (
    select kind, account, day, count(*) as firms
    from account_uses
    group by kind, account, day
) as days
