WITH wages AS (
  SELECT
    c.k,
    COALESCE(
      p.dsn_eur / NULLIF(p.hours, 0),
      CASE
        WHEN s.k IS NULL
        THEN COALESCE(d.base_pay / NULLIF(d.contract_hours, 0), u.usual_hourly_pay) * GREATEST(1, d.contract_hours / NULLIF(d.headcount, 0) / t.month_legal_hours)
      END
    ) AS dsn_wage,
    COALESCE(p.declared_eur / NULLIF(p.hours, 0), s.wage_eur / NULLIF(s.idle_hours, 0)) AS listed_wage,
    c.amount / NULLIF(c.hours, 0) AS hourly_amount,
    r.rate,
    r.floor,
    r.cap,
    s.law_amount,
    s.idle_hours AS listed_hours
  FROM cases AS c
  LEFT JOIN dsn_month AS d
    ON d.k = c.k
  LEFT JOIN dsn_pay AS u
    ON u.k = c.k
  LEFT JOIN legal_time AS t
    ON t.k = c.k
  LEFT JOIN line_sums AS s
    ON s.k = c.k
  LEFT JOIN person_wages AS p
    ON p.k = c.k
  LEFT JOIN rates_at AS r
    ON r.period_start = c.period_start
    AND r.as_of = c.as_of
    AND r.regime = COALESCE(c.regime, '')
), due AS (
  SELECT
    *,
    COALESCE(
      listed_wage,
      CASE WHEN hourly_amount > floor + 1e-2 THEN hourly_amount / NULLIF(rate, 0) END
    ) AS declared_wage,
    COALESCE(
      law_amount / NULLIF(listed_hours, 0),
      CASE
        WHEN hourly_amount > cap
        THEN cap
        WHEN hourly_amount <= floor + 1e-2
        THEN floor
      END
    ) AS law_hourly
  FROM wages
)
SELECT
  c.k,
  w.declared_wage AS declared_hourly_wage_eur,
  w.dsn_wage AS dsn_hourly_wage_eur,
  w.declared_wage / NULLIF(w.dsn_wage, 0) AS wage_over_dsn_ratio,
  w.law_hourly AS law_hourly_amount_eur,
  w.hourly_amount - w.law_hourly AS hourly_amount_over_law_eur,
  (
    w.hourly_amount - w.law_hourly
  ) * c.hours AS amount_over_law_eur,
  (
    w.hourly_amount - w.law_hourly
  ) / NULLIF(w.law_hourly, 0) AS amount_over_law_share
FROM cases AS c
JOIN due AS w
  ON w.k = c.k
