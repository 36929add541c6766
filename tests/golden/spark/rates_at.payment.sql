WITH asked_for AS (
  SELECT DISTINCT
    period_start,
    as_of,
    COALESCE(regime, '') AS regime
  FROM cases
  UNION
  SELECT DISTINCT
    c.period_start,
    c.as_of,
    COALESCE(l.regime, c.regime, '')
  FROM cases AS c
  JOIN claim_lines AS l
    ON l.claim_id = c.case_id
)
SELECT
  a.period_start,
  a.as_of,
  a.regime,
  COALESCE(MAX(r.allocation_rate) FILTER(WHERE
    r.regime = a.regime), MAX(r.allocation_rate)) AS rate,
  COALESCE(
    MAX(r.allocation_floor) FILTER(WHERE
      r.regime = a.regime),
    MAX(r.allocation_floor)
  ) AS floor,
  COALESCE(MAX(r.allocation_cap) FILTER(WHERE
    r.regime = a.regime), MAX(r.allocation_cap)) AS cap
FROM asked_for AS a
JOIN law_rates AS r
  ON r.valid_from < ADD_MONTHS(a.period_start, 1)
  AND a.period_start < r.valid_to
  AND r.known_from <= a.as_of
  AND a.as_of < r.known_to
GROUP BY
  a.period_start,
  a.as_of,
  a.regime
