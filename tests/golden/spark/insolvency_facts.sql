WITH open AS (
  SELECT
    c.k,
    MAX(CASE WHEN i.kind = 'liquidation' THEN 1 ELSE 0 END) AS liquidation,
    MAX(DATEDIFF(DAY, i.effective_on, c.period_start)) FILTER(WHERE
      i.kind = 'liquidation') AS days
  FROM cases AS c
  JOIN insolvencies AS i
    ON TRY_CAST(i.siren AS BIGINT) = c.sn
  WHERE
    COALESCE(i.known_on, i.effective_on) <= c.as_of
    AND i.effective_on <= c.period_end
    AND (
      i.ended_on IS NULL OR i.ended_on > c.as_of OR i.ended_on >= c.period_start
    )
  GROUP BY
    c.k
)
SELECT
  c.k,
  NOT o.k IS NULL AS in_insolvency,
  COALESCE(o.liquidation, 0) = 1 AS in_liquidation,
  CAST(o.days AS BIGINT) AS days_since_liquidation
FROM cases AS c
LEFT JOIN open AS o
  ON o.k = c.k
