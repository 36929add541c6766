-- A row is a group of linked firms and the days between which it has a number of firms; `features.linking` makes it of all
-- links at once.
select graph, other_sn as group_sn, day as from_day, 9999999 as to_day, cast(2 as bigint) as firms, sn as lowest_sn
from firm_links
