WITH counted AS (
  SELECT
    k,
    MAX(firms) FILTER(WHERE
      kind = 'bank') AS bank_firms,
    MAX(firms) FILTER(WHERE
      kind = 'email') AS email_firms
  FROM account_firms
  WHERE
    NOT k IS NULL
  GROUP BY
    k
)
SELECT
  c.k,
  CAST(n.bank_firms - 1 AS BIGINT) AS bank_other_sirens,
  CASE
    WHEN NOT c.email_key IS NULL AND NOT c.filer_id IS NULL
    THEN CAST(0 AS BIGINT)
    ELSE CAST(n.email_firms - 1 AS BIGINT)
  END AS email_other_sirens
FROM cases AS c
LEFT JOIN counted AS n
  ON n.k = c.k
