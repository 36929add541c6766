WITH sums AS (
  SELECT
    p.k,
    SUM(
      CAST(ROUND(
        1e6 * CASE
          WHEN p.used_everywhere > p.used_here
          THEN GREATEST(0, p.used_everywhere / 1e2 - GREATEST(t.month_legal_hours, t.month_weekday_hours))
          ELSE 0
        END,
        0
      ) AS BIGINT)
    ) / 1e6 AS over_full_time,
    SUM(
      CASE
        WHEN p.used_everywhere > p.used_here
        AND p.used_everywhere / 1e2 > GREATEST(t.month_legal_hours, t.month_weekday_hours)
        THEN 1
        ELSE 0
      END
    ) AS persons_over_full_time,
    SUM(CASE WHEN p.idle_in_year / 1e2 > t.annual_contingent THEN 1 ELSE 0 END) AS over_contingent,
    MAX(p.idle_in_year / 1e2 - t.annual_contingent) AS most_over_contingent
  FROM person_totals AS p
  JOIN legal_time AS t
    ON t.k = p.k
  GROUP BY
    p.k
)
SELECT
  c.k,
  CAST(s.persons_over_full_time AS BIGINT) AS persons_over_full_time,
  s.over_full_time AS time_over_full_time_hours,
  CAST(s.over_contingent AS BIGINT) AS persons_over_contingent,
  s.most_over_contingent AS most_over_contingent_hours
FROM cases AS c
LEFT JOIN sums AS s
  ON s.k = c.k
