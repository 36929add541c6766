SELECT
  graph,
  other_sn AS group_sn,
  day AS from_day,
  9999999 AS to_day,
  CAST(2 AS BIGINT) AS firms,
  sn AS lowest_sn
FROM firm_links
