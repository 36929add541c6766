WITH refusals AS (
  SELECT
    request_id,
    MIN(known_on) AS known_on
  FROM (
    SELECT
      request_id,
      decision_known_on AS known_on
    FROM request_rows
    WHERE
      status IN ('refused', 'withdrawn')
    UNION ALL
    SELECT
      request_id,
      known_on
    FROM request_events
    WHERE
      status IN ('refused', 'withdrawn')
  ) AS states
  WHERE
    NOT known_on IS NULL
  GROUP BY
    request_id
), subjects AS (
  SELECT
    'authorisation' AS stage,
    request_id AS case_id,
    sn,
    known_on
  FROM request_rows
  UNION ALL
  SELECT
    'payment',
    claim_id,
    sn,
    known_on
  FROM claim_rows
)
SELECT
  s.sn,
  s.stage,
  s.case_id,
  GREATEST(r.known_on, s.known_on) AS known_on,
  0 AS controls,
  0 AS findings,
  1 AS refusals
FROM refusals AS r
JOIN subjects AS s
  ON s.stage = 'authorisation' AND s.case_id = r.request_id
WHERE
  NOT s.sn IS NULL
UNION ALL
SELECT
  s.sn,
  s.stage,
  s.case_id,
  GREATEST(c.closed_on, s.known_on),
  1,
  CASE WHEN c.outcome IN ('error', 'deliberate_suspected') THEN 1 ELSE 0 END,
  0
FROM controls AS c
JOIN subjects AS s
  ON s.stage = c.stage AND s.case_id = c.case_id
WHERE
  NOT c.closed_on IS NULL AND NOT c.outcome IS NULL AND NOT s.sn IS NULL
