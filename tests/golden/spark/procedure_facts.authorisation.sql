WITH long_term AS (
  SELECT
    MIN(valid_from) AS first_day
  FROM law_rates
  WHERE
    regime = 'apld'
), ruled AS (
  SELECT
    c.*,
    p.works_council_threshold,
    o.opinion_months,
    long_term.first_day AS long_term_from,
    CASE
      WHEN c.motive = 5
      THEN COALESCE(p.filing_days_after_start, 0)
      WHEN c.motive = 3
      THEN COALESCE(p.filing_days_after_start_weather, 0)
      ELSE 0
    END AS filing_days,
    CASE
      WHEN c.motive = 3
      THEN COALESCE(s.max_authorisation_months_weather, s.max_authorisation_months)
      ELSE s.max_authorisation_months
    END AS longest_months
  FROM cases AS c
  CROSS JOIN long_term
  LEFT JOIN law_procedure AS p
    ON p.valid_from <= c.known_on AND c.known_on < p.valid_to
  LEFT JOIN law_procedure AS s
    ON s.valid_from <= GREATEST(c.known_on, c.period_start)
    AND GREATEST(c.known_on, c.period_start) < s.valid_to
  LEFT JOIN rules_council AS o
    ON o.valid_from <= c.known_on AND c.known_on < o.valid_to
)
SELECT
  k,
  CAST(DATEDIFF(DAY, request_starts_on, filed_on) AS BIGINT) AS filing_delay_days,
  CAST(DATEDIFF(DAY, request_starts_on, filed_on) - filing_days AS BIGINT) AS filing_over_deadline_days,
  CASE
    WHEN scheme = 'APDC'
    OR (
      scheme IS NULL AND GREATEST(known_on, period_start) < long_term_from
    )
    THEN CAST(DATEDIFF(DAY, ADD_MONTHS(period_start, CAST(longest_months AS INT)), period_end) + 1 AS BIGINT)
  END AS period_over_longest_days,
  CAST(longest_months AS DOUBLE) AS longest_authorisation_months,
  company_headcount >= works_council_threshold
  AND council_opinion IN (0, 3)
  AND NOT (
    motive IN (3, 5)
    AND as_of <= ADD_MONTHS(known_on, CAST(COALESCE(opinion_months, 0) AS INT))
  ) AS council_opinion_missing,
  CASE
    WHEN account_created_on <= as_of
    THEN CAST(DATEDIFF(DAY, account_created_on, filed_on) AS BIGINT)
  END AS account_age_days,
  commitments AS commitments_given,
  NOT amends_request_id IS NULL AS is_amendment
FROM ruled
