WITH controlled AS (
  SELECT
    case_id,
    MIN(opened_on) AS opened_on
  FROM controls
  WHERE
    stage = 'authorisation' AND NOT closed_on IS NULL
  GROUP BY
    case_id
), deadlines AS (
  SELECT
    r.request_id,
    MIN(p.decision_days) AS decision_days
  FROM request_rows AS r
  JOIN law_procedure AS p
    ON p.valid_from <= r.known_on AND r.known_on < p.valid_to
  GROUP BY
    r.request_id
), seen AS (
  SELECT
    r.request_id AS case_id,
    r.sk,
    YEAR(r.known_on) * 12 + MONTH(r.known_on) AS peer_mi,
    r.known_on,
    CAST(r.known_on + d.decision_days * INTERVAL '1' DAY AS DATE) AS decide_by,
    COALESCE(
      m.as_of,
      asked.as_of,
      CASE
        WHEN NOT controlled.opened_on IS NULL
        THEN GREATEST(r.known_on, controlled.opened_on)
      END,
      LEAST(
        CAST(r.known_on + d.decision_days * INTERVAL '1' DAY AS DATE),
        CASE WHEN NOT r.decided_on IS NULL THEN GREATEST(r.known_on, r.decided_on) END,
        CAST(r.known_on + asked.lag_days * INTERVAL '1' DAY AS DATE)
      )
    ) AS as_of
  FROM request_rows AS r
  CROSS JOIN asked
  LEFT JOIN asked_days AS m
    ON m.case_id = r.request_id
  LEFT JOIN controlled
    ON controlled.case_id = r.request_id
  LEFT JOIN deadlines AS d
    ON d.request_id = r.request_id
  WHERE
    r.known_on >= COALESCE(asked.from_day, CAST('1900-01-01' AS DATE))
    AND r.known_on <= COALESCE(asked.to_day, CAST('9999-12-31' AS DATE))
    AND COALESCE(r.siret, '') >= asked.first_siret
    AND (
      asked.before_siret IS NULL OR COALESCE(r.siret, '') < asked.before_siret
    )
)
SELECT
  case_id,
  sk,
  peer_mi,
  known_on,
  decide_by,
  as_of
FROM seen
WHERE
  known_on <= as_of
