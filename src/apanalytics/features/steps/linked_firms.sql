-- A row is a firm, the group of firms that links lead to, and the days between which it is in that group; `features.linking`
-- makes it of all links at once, as no number of joins follows a chain to its end.
select graph, sn, day as from_day, 9999999 as to_day, other_sn as group_sn from firm_links
