WITH oneself AS (
  SELECT
    c.k,
    SUM(e.controls) AS controls,
    SUM(e.findings) AS findings,
    SUM(e.refusals) AS refusals
  FROM cases AS c
  JOIN firm_events AS e
    ON e.sn = c.sn
    AND e.stage = c.stage
    AND e.case_id = c.case_id
    AND e.known_on <= c.as_of
  GROUP BY
    c.k
)
SELECT
  c.k,
  CASE
    WHEN NOT c.sn IS NULL
    THEN CAST(COALESCE(d.controls, 0) - COALESCE(o.controls, 0) AS BIGINT)
  END AS earlier_controls,
  CASE
    WHEN NOT c.sn IS NULL
    THEN CAST(COALESCE(d.findings, 0) - COALESCE(o.findings, 0) AS BIGINT)
  END AS earlier_findings,
  CASE
    WHEN NOT c.sn IS NULL
    THEN CAST(COALESCE(d.refusals, 0) - COALESCE(o.refusals, 0) AS BIGINT)
  END AS earlier_refusals
FROM cases AS c
LEFT JOIN firm_days AS d
  ON d.sn = c.sn
  AND d.from_day <= DATEDIFF(DAY, CAST('1970-01-01' AS DATE), c.as_of)
  AND DATEDIFF(DAY, CAST('1970-01-01' AS DATE), c.as_of) < d.to_day
LEFT JOIN oneself AS o
  ON o.k = c.k
