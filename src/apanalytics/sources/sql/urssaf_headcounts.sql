-- A row is the headcount of an establishment's month, its accounts together, known at the end of the next month, when it is
-- published: the file says neither when it was made nor when a value changed. A mean of GIP-MDS of that day stands before it.
insert into kept_headcounts by name
select siret, month, received_on, headcount
from (
    select siret, month, last_day(cast(month + interval 1 month as date)) as received_on, sum(headcount) as headcount
    from kept_urssaf_values
    group by siret, month
) as counted
where not exists (
    from kept_headcounts as k
    where k.siret = counted.siret and k.month = counted.month and k.received_on = counted.received_on
)
