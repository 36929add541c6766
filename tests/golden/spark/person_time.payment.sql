WITH listed AS (
  SELECT
    'list' AS source,
    l.person_key,
    TRY_CAST(SUBSTRING(c.siret, 1, 9) AS BIGINT) AS sn,
    YEAR(c.month) * 12 + MONTH(c.month) AS mi,
    DATEDIFF(DAY, CAST('1970-01-01' AS DATE), COALESCE(c.filed_on, ADD_MONTHS(c.month, 1))) AS day,
    CAST(ROUND(l.idle_hours * 100, 0) AS BIGINT) AS idle,
    CAST(ROUND((
      l.idle_hours + l.worked_hours
    ) * 100, 0) AS BIGINT) AS used,
    CONCAT(COALESCE(COALESCE(c.request_id, ''), ''), '/', COALESCE(l.person_key, '')) AS what,
    c.claim_id AS version
  FROM claim_lines AS l
  JOIN claims AS c
    ON c.claim_id = l.claim_id
), paid AS (
  SELECT
    'payroll' AS source,
    person_key,
    TRY_CAST(SUBSTRING(siret, 1, 9) AS BIGINT) AS sn,
    YEAR(month) * 12 + MONTH(month) AS mi,
    DATEDIFF(DAY, CAST('1970-01-01' AS DATE), received_on) AS day,
    CAST(ROUND(idle_hours * 100, 0) AS BIGINT) AS idle,
    CAST(ROUND((
      idle_hours + worked_hours
    ) * 100, 0) AS BIGINT) AS used,
    CONCAT(COALESCE(siret, ''), '/', COALESCE(contract_id, '')) AS what,
    '' AS version
  FROM payroll
), everything AS (
  SELECT
    *
  FROM listed
  UNION ALL
  SELECT
    *
  FROM paid
)
SELECT
  source,
  person_key,
  sn,
  mi,
  day,
  idle - COALESCE(LAG(idle) OVER by_version, 0) AS idle,
  used - COALESCE(LAG(used) OVER by_version, 0) AS used
FROM everything
JOIN (
  SELECT DISTINCT
    person_key,
    CASE WHEN listed THEN 'list' ELSE 'payroll' END AS source
  FROM claimed_persons
) AS persons
  USING (person_key, source)
WINDOW by_version AS (
  PARTITION BY source, person_key, sn, mi, what
  ORDER BY day NULLS LAST, version NULLS LAST
)
