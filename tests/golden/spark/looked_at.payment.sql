WITH controlled AS (
  SELECT
    case_id,
    MIN(opened_on) AS opened_on
  FROM controls
  WHERE
    stage = 'payment' AND NOT closed_on IS NULL
  GROUP BY
    case_id
), seen AS (
  SELECT
    c.claim_id AS case_id,
    c.request_id,
    c.siret,
    c.sk,
    c.sn,
    c.mi AS peer_mi,
    c.known_on,
    c.filed_on,
    c.date_basis,
    c.month,
    c.employees,
    c.idle_hours,
    c.amount,
    c.regime,
    c.bank_key,
    c.paid_on,
    CAST(c.known_on + asked.lag_days * INTERVAL '1' DAY AS DATE) AS decide_by,
    COALESCE(
      m.as_of,
      asked.as_of,
      CASE
        WHEN NOT controlled.opened_on IS NULL
        THEN GREATEST(c.known_on, controlled.opened_on)
      END,
      LEAST(
        CASE WHEN NOT c.paid_on IS NULL THEN GREATEST(c.known_on, c.paid_on) END,
        CAST(c.known_on + asked.lag_days * INTERVAL '1' DAY AS DATE)
      )
    ) AS as_of
  FROM claim_rows AS c
  CROSS JOIN asked
  LEFT JOIN asked_days AS m
    ON m.case_id = c.claim_id
  LEFT JOIN controlled
    ON controlled.case_id = c.claim_id
  WHERE
    c.known_on >= COALESCE(asked.from_day, CAST('1900-01-01' AS DATE))
    AND c.known_on <= COALESCE(asked.to_day, CAST('9999-12-31' AS DATE))
    AND COALESCE(c.siret, '') >= asked.first_siret
    AND (
      asked.before_siret IS NULL OR COALESCE(c.siret, '') < asked.before_siret
    )
)
SELECT
  case_id,
  request_id,
  siret,
  sk,
  sn,
  peer_mi,
  known_on,
  filed_on,
  date_basis,
  month,
  employees,
  idle_hours,
  amount,
  regime,
  bank_key,
  paid_on,
  decide_by,
  as_of
FROM seen
WHERE
  known_on <= as_of
