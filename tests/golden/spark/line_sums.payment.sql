SELECT
  l.k,
  COUNT(*) AS persons,
  SUM(CAST(ROUND(1e6 * l.idle_hours, 0) AS BIGINT)) / 1e6 AS idle_hours,
  SUM(CAST(ROUND(1e6 * l.idle_hours * l.hourly_wage, 0) AS BIGINT)) / 1e6 AS wage_eur,
  SUM(
    CAST(ROUND(
      1e6 * l.idle_hours * CASE
        WHEN NOT r.rate IS NULL
        THEN ROUND(1e2 * LEAST(r.cap, GREATEST(r.floor, r.rate * l.hourly_wage)), 0) / 1e2
        WHEN l.company_headcount > f.headcount_max
        THEN f.large
        ELSE f.small
      END,
      0
    ) AS BIGINT)
  ) /* Before March 2020 the law has no rate: an amount up to some headcount of the firm, another above. */ / 1e6 AS law_amount,
  MIN(l.idle_hours) AS least_idle,
  MAX(l.idle_hours) AS most_idle,
  SUM(CAST(ROUND(1e6 * l.worked_hours, 0) AS BIGINT)) / 1e6 AS worked_hours,
  SUM(
    CAST(ROUND(
      1e6 * CASE
        WHEN l.arrangement IN ('35h', 'part_time', 'annualised')
        OR (
          l.arrangement = 'over35' AND NOT COALESCE(l.overtime_agreed, FALSE)
        )
        THEN GREATEST(
          0,
          LEAST(
            l.idle_hours,
            l.idle_hours + l.worked_hours * LEAST(1, t.month_legal_hours / NULLIF(l.contract_hours, 0)) - GREATEST(t.month_legal_hours, t.month_weekday_hours)
          )
        )
        ELSE 0
      END,
      0
    ) AS BIGINT)
  ) / 1e6 AS hours_over_arrangement,
  SUM(
    CAST(ROUND(
      1e6 * GREATEST(
        0,
        l.idle_hours + l.worked_hours - GREATEST(l.contract_hours, t.month_weekday_hours)
      ),
      0
    ) AS BIGINT)
  ) / 1e6 AS hours_over_own_contract
FROM line_rows AS l
LEFT JOIN rates_at AS r
  ON r.period_start = l.period_start AND r.as_of = l.as_of AND r.regime = l.regime
LEFT JOIN law_flat AS f
  ON f.valid_from <= l.period_start AND l.period_start < f.valid_to
LEFT JOIN legal_time AS t
  ON t.k = l.k
GROUP BY
  l.k
