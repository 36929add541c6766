WITH days AS (
  SELECT
    c.k,
    opening.mi AS opening_mi,
    closing.mi AS closing_mi,
    w.hours / 5e0 AS day_hours,
    opening.legal_hours AS opening_hours,
    closing.legal_hours AS closing_hours,
    ROUND(
      1e6 * (
        closing.legal_hours_before - opening.legal_hours_before - opening.legal_hours
      ),
      0
    ) / 1e6 AS hours_between,
    opening.weekday_hours AS month_weekday_hours,
    opening.working_days * w.hours / 5e0 AS working_hours,
    opening.public_holidays,
    opening.annual_contingent,
    DAY(c.period_start) = 1 AS from_the_first,
    DAY(c.period_end) = closing.days AS to_the_last,
    DATEDIFF(DAY, CAST('1970-01-05' AS DATE), c.period_start) AS starts, /* Days since a Monday of 1970: the period, then the end of its first month and the beginning of its last. */
    DATEDIFF(DAY, CAST('1970-01-05' AS DATE), c.period_end) + 1 AS ends,
    DATEDIFF(DAY, CAST('1970-01-05' AS DATE), c.period_start) - DAY(c.period_start) + 1 + opening.days AS opening_ends,
    DATEDIFF(DAY, CAST('1970-01-05' AS DATE), c.period_end) + 1 - DAY(c.period_end) AS closing_starts
  FROM cases AS c
  JOIN law_days AS opening
    ON opening.mi = YEAR(c.period_start) * 12 + MONTH(c.period_start)
  JOIN law_weekly AS w
    ON w.valid_from <= c.period_start AND c.period_start < w.valid_to
  JOIN law_days AS closing
    ON closing.mi = YEAR(c.period_end) * 12 + MONTH(c.period_end)
), weekdays AS (
  SELECT
    *,
    5 * FLOOR(starts / 7e0) + LEAST(5, starts - 7 * FLOOR(starts / 7e0)) AS before_it,
    5 * FLOOR(ends / 7e0) + LEAST(5, ends - 7 * FLOOR(ends / 7e0)) AS before_its_end,
    5 * FLOOR(opening_ends / 7e0) + LEAST(5, opening_ends - 7 * FLOOR(opening_ends / 7e0)) AS before_second,
    5 * FLOOR(closing_starts / 7e0) + LEAST(5, closing_starts - 7 * FLOOR(closing_starts / 7e0)) AS before_last
  FROM days
)
SELECT
  k,
  GREATEST(
    (
      before_its_end - before_it
    ) * day_hours,
    CASE
      WHEN opening_mi = closing_mi AND from_the_first AND to_the_last
      THEN opening_hours
      WHEN opening_mi = closing_mi
      THEN LEAST(opening_hours, (
        before_its_end - before_it
      ) * day_hours)
      ELSE hours_between + CASE
        WHEN from_the_first
        THEN opening_hours
        ELSE LEAST(opening_hours, (
          before_second - before_it
        ) * day_hours)
      END + CASE
        WHEN to_the_last
        THEN closing_hours
        ELSE LEAST(closing_hours, (
          before_its_end - before_last
        ) * day_hours)
      END
    END
  ) AS legal_hours,
  opening_hours AS month_legal_hours,
  month_weekday_hours,
  working_hours,
  public_holidays,
  annual_contingent
FROM weekdays
