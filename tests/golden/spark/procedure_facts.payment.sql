SELECT
  c.k,
  CAST(DATEDIFF(DAY, c.period_end, c.filed_on) AS BIGINT) AS claim_delay_days,
  CAST(DATEDIFF(
    DAY,
    COALESCE(
      CAST(p.claim_before - INTERVAL '1' DAY AS DATE),
      ADD_MONTHS(
        c.request_ends_on,
        CAST(p.claim_deadline_months + CASE
          WHEN c.working_time_over_6_months
          THEN COALESCE(p.claim_deadline_extra_months, 0)
          ELSE 0
        END AS INT)
      )
    ),
    c.filed_on
  ) AS BIGINT) AS claim_over_deadline_days,
  c.own_bank_key <> c.request_bank_key AS bank_changed
FROM cases AS c
LEFT JOIN law_procedure AS p
  ON p.valid_from <= c.request_ends_on AND c.request_ends_on < p.valid_to
