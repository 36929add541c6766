SELECT
  c.k,
  NULLIF(
    GREATEST(
      0,
      DATEDIFF(
        DAY,
        GREATEST(m.month, c.request_starts_on),
        LEAST(LAST_DAY(m.month), c.request_ends_on)
      ) + 1
    ) / CAST(DAY(LAST_DAY(m.month)) AS DOUBLE),
    0
  ) AS closed_share
FROM cases AS c
JOIN law_months AS m
  ON YEAR(m.month) * 12 + MONTH(m.month) = c.mi
WHERE
  c.scope = 3
