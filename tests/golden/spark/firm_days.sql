SELECT
  k,
  SUM(controls) OVER firm AS controls,
  SUM(findings) OVER firm AS findings,
  SUM(refusals) OVER firm AS refusals,
  SUM(controls) OVER own AS own_controls,
  SUM(findings) OVER own AS own_findings,
  SUM(refusals) OVER own AS own_refusals
FROM (
  SELECT
    sn,
    subject,
    DATEDIFF(DAY, CAST('1970-01-01' AS DATE), known_on) AS day,
    CAST(NULL AS BIGINT) AS k,
    controls,
    findings,
    refusals
  FROM firm_events
  UNION ALL
  SELECT
    sn,
    CONCAT(COALESCE(stage, ''), ':', COALESCE(case_id, '')),
    DATEDIFF(DAY, CAST('1970-01-01' AS DATE), as_of),
    k,
    0,
    0,
    0
  FROM cases
  WHERE
    NOT sn IS NULL
) AS days
WINDOW firm AS (PARTITION BY sn ORDER BY day NULLS LAST), own AS (PARTITION BY sn, subject ORDER BY day NULLS LAST)
