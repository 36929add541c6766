SELECT
  c.k,
  GREATEST(
    closing.legal_hours_before + closing.legal_hours * DAY(c.period_end) / closing.days - opening.legal_hours_before - opening.legal_hours * (
      DAY(c.period_start) - 1
    ) / opening.days,
    closing.weekday_hours_before + closing.weekday_hours * DAY(c.period_end) / closing.days - opening.weekday_hours_before - opening.weekday_hours * (
      DAY(c.period_start) - 1
    ) / opening.days
  ) AS legal_hours,
  opening.legal_hours AS month_legal_hours,
  opening.weekday_hours AS month_weekday_hours,
  opening.working_days * w.hours / 5e0 AS working_hours,
  opening.public_holidays,
  opening.annual_contingent
FROM cases AS c
JOIN law_days AS opening
  ON opening.mi = YEAR(c.period_start) * 12 + MONTH(c.period_start)
JOIN law_weekly AS w
  ON w.valid_from <= c.period_start AND c.period_start < w.valid_to
JOIN law_days AS closing
  ON closing.mi = YEAR(c.period_end) * 12 + MONTH(c.period_end)
