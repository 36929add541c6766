SELECT
  sn,
  day AS from_day,
  COALESCE(LEAD(day) OVER (PARTITION BY sn ORDER BY day NULLS LAST), 9999999) AS to_day,
  CAST(SUM(controls) OVER (PARTITION BY sn ORDER BY day NULLS LAST) AS BIGINT) AS controls,
  CAST(SUM(findings) OVER (PARTITION BY sn ORDER BY day NULLS LAST) AS BIGINT) AS findings,
  CAST(SUM(refusals) OVER (PARTITION BY sn ORDER BY day NULLS LAST) AS BIGINT) AS refusals
FROM (
  SELECT
    sn,
    DATEDIFF(DAY, CAST('1970-01-01' AS DATE), known_on) AS day,
    SUM(controls) AS controls,
    SUM(findings) AS findings,
    SUM(refusals) AS refusals
  FROM firm_events
  GROUP BY
    sn,
    DATEDIFF(DAY, CAST('1970-01-01' AS DATE), known_on)
) AS days
