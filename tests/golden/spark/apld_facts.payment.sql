WITH agreement AS (
  SELECT
    c.k,
    c.sk,
    c.as_of,
    a.max_reduction,
    a.starts_on,
    a.ends_on,
    ROW_NUMBER() OVER (PARTITION BY c.k ORDER BY a.starts_on DESC, a.agreement_id NULLS LAST) AS choice
  FROM cases AS c
  JOIN agreements AS a
    ON TRY_CAST(a.siret AS BIGINT) = c.sk
    AND a.starts_on <= c.period_end
    AND a.ends_on >= c.period_start
    AND (
      c.agreement_id IS NULL OR a.agreement_id = c.agreement_id
    )
  WHERE
    c.scheme IN ('APLD', 'APLD_R') AND a.starts_on <= c.as_of
), claimed AS (
  SELECT
    a.k,
    SUM(CAST(ROUND(1e6 * v.idle_hours, 0) AS BIGINT)) / 1e6 AS idle_hours,
    MAX(v.employees) AS employees
  FROM agreement AS a
  JOIN cases AS c
    ON c.k = a.k
  JOIN (
    SELECT
      r.request_id,
      r.sk,
      r.known_on AS request_known_on,
      d.mi,
      d.idle_hours,
      d.employees,
      d.known_on AS valid_from,
      COALESCE(
        LEAD(d.known_on) OVER (PARTITION BY d.request_id, d.mi ORDER BY d.known_on NULLS LAST),
        CAST('9999-12-31' AS DATE)
      ) AS valid_to
    FROM claim_days AS d
    JOIN law_days AS m
      ON m.mi = d.mi AND m.apld_counts
    JOIN request_rows AS r
      ON r.request_id = d.request_id
    WHERE
      r.scheme IN ('APLD', 'APLD_R')
  ) AS v
    ON v.sk = a.sk
    AND v.valid_from <= a.as_of
    AND a.as_of < v.valid_to
    AND v.request_known_on <= a.as_of
    AND v.mi >= YEAR(a.starts_on) * 12 + MONTH(a.starts_on)
    AND v.mi <= c.mi
  WHERE
    a.choice = 1
  GROUP BY
    a.k
)
SELECT
  c.k,
  CASE WHEN NOT a.k IS NULL THEN COALESCE(a.max_reduction, p.apld_max_reduction) END AS agreement_max_reduction,
  n.idle_hours / NULLIF(
    n.employees * (
      closing.apld_hours_through - opening.apld_hours_through + opening.apld_hours
    ),
    0
  ) AS agreement_reduction_share,
  n.idle_hours / NULLIF(
    n.employees * (
      closing.apld_hours_through - opening.apld_hours_through + opening.apld_hours
    ) * COALESCE(a.max_reduction, p.apld_max_reduction),
    0
  ) AS agreement_reduction_over_max_ratio
FROM cases AS c
LEFT JOIN law_procedure AS p
  ON p.valid_from <= c.request_known_on AND c.request_known_on < p.valid_to
LEFT JOIN agreement AS a
  ON a.k = c.k AND a.choice = 1
LEFT JOIN claimed AS n
  ON n.k = c.k
LEFT JOIN law_days AS opening
  ON opening.mi = YEAR(a.starts_on) * 12 + MONTH(a.starts_on)
LEFT JOIN law_days AS closing
  ON closing.mi = YEAR(a.ends_on) * 12 + MONTH(a.ends_on)
