WITH lists AS (
  SELECT
    claim_id,
    sn,
    mi,
    day,
    LEAD(day) OVER (PARTITION BY sn, request_id, mi ORDER BY day NULLS LAST, claim_id NULLS LAST) AS replaced_on
  FROM (
    SELECT
      c.claim_id,
      c.request_id,
      TRY_CAST(SUBSTRING(c.siret, 1, 9) AS BIGINT) AS sn,
      YEAR(c.month) * 12 + MONTH(c.month) AS mi,
      DATEDIFF(DAY, CAST('1970-01-01' AS DATE), COALESCE(c.filed_on, ADD_MONTHS(c.month, 1))) AS day
    FROM claims AS c
    JOIN (
      SELECT DISTINCT
        claim_id
      FROM claim_lines
    ) AS l
      ON l.claim_id = c.claim_id
  ) AS claimed
), listed AS (
  SELECT
    'list' AS source,
    l.person_key,
    v.sn,
    v.mi,
    v.day,
    v.replaced_on,
    CAST(ROUND(l.idle_hours * 100, 0) AS BIGINT) AS idle,
    CAST(ROUND((
      l.idle_hours + l.worked_hours
    ) * 100, 0) AS BIGINT) AS used
  FROM claim_lines AS l
  JOIN lists AS v
    ON v.claim_id = l.claim_id
), received AS (
  SELECT
    person_key,
    TRY_CAST(SUBSTRING(siret, 1, 9) AS BIGINT) AS sn,
    YEAR(month) * 12 + MONTH(month) AS mi,
    DATEDIFF(DAY, CAST('1970-01-01' AS DATE), received_on) AS day,
    CAST(ROUND(idle_hours * 100, 0) AS BIGINT) AS idle,
    CAST(ROUND((
      idle_hours + worked_hours
    ) * 100, 0) AS BIGINT) AS used,
    siret,
    contract_id
  FROM payroll
), changes AS (
  SELECT
    source,
    person_key,
    sn,
    mi,
    day,
    idle,
    used
  FROM listed
  UNION ALL
  SELECT
    source,
    person_key,
    sn,
    mi,
    replaced_on,
    -idle,
    -used
  FROM listed
  WHERE
    NOT replaced_on IS NULL
  UNION ALL
  SELECT
    'payroll',
    person_key,
    sn,
    mi,
    day,
    idle - COALESCE(LAG(idle) OVER by_version, 0),
    used - COALESCE(LAG(used) OVER by_version, 0)
  FROM received
  WINDOW by_version AS (PARTITION BY person_key, mi, siret, contract_id ORDER BY day NULLS LAST)
)
SELECT
  source,
  person_key,
  sn,
  mi,
  day,
  idle,
  used
FROM changes
JOIN (
  SELECT DISTINCT
    person_key,
    CASE WHEN listed THEN 'list' ELSE 'payroll' END AS source
  FROM claimed_persons
) AS persons
  USING (person_key, source)
