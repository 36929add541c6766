SELECT
  graph,
  sn,
  day AS from_day,
  9999999 AS to_day,
  other_sn AS group_sn
FROM firm_links
