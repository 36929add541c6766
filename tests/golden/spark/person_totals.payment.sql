SELECT
  k,
  idle,
  SUM(used) OVER (PARTITION BY source, person_key, mi ORDER BY day NULLS LAST) AS used_everywhere,
  SUM(used) OVER (PARTITION BY source, person_key, mi, sn ORDER BY day NULLS LAST) AS used_here,
  SUM(idle) OVER (PARTITION BY source, person_key, sn, year ORDER BY day NULLS LAST) AS idle_in_year
FROM (
  SELECT
    source,
    person_key,
    sn,
    mi,
    (
      mi - 1
    ) DIV 12 AS year,
    day,
    CAST(NULL AS BIGINT) AS k,
    idle,
    used
  FROM person_time
  UNION ALL
  SELECT
    CASE WHEN listed THEN 'list' ELSE 'payroll' END,
    person_key,
    sn,
    mi,
    (
      mi - 1
    ) DIV 12,
    DATEDIFF(DAY, CAST('1970-01-01' AS DATE), as_of),
    k,
    0,
    0
  FROM claimed_persons
) AS days
