WITH counted AS (
  SELECT
    p.k,
    SUM(CASE WHEN p.listed THEN 1 ELSE 0 END) AS listed,
    SUM(CASE WHEN p.listed AND p.contracts = 0 THEN 1 ELSE 0 END) AS absent,
    SUM(
      CASE
        WHEN p.starts_on >= CAST(c.request_starts_on - INTERVAL '30' DAY AS DATE)
        AND p.starts_on <= c.period_end
        THEN 1
        ELSE 0
      END
    ) AS just_hired,
    COUNT(*) AS persons,
    SUM(p.gone_in_trial) AS gone_in_trial,
    SUM(CASE WHEN p.contracts > 0 THEN p.not_an_employee ELSE 0 END) AS not_employees,
    SUM(
      CAST(ROUND(
        1e6 * CASE
          WHEN p.suspended_hours > 0
          THEN GREATEST(0, LEAST(p.suspended_hours, p.over_contract))
          ELSE 0
        END,
        0
      ) AS BIGINT)
    ) / 1e6 AS during_suspension,
    SUM(
      CAST(ROUND(
        1e6 * CASE
          WHEN p.leave_hours > 0
          THEN GREATEST(0, LEAST(p.leave_hours, p.over_contract))
          ELSE 0
        END,
        0
      ) AS BIGINT)
    ) / 1e6 AS during_leave,
    SUM(
      CAST(ROUND(
        1e6 * CASE WHEN p.contracts > 0 AND p.contracts_in_month = 0 THEN p.idle_hours ELSE 0 END,
        0
      ) AS BIGINT)
    ) / 1e6 AS outside_contract,
    SUM(CAST(ROUND(1e6 * GREATEST(0, p.over_contract), 0) AS BIGINT)) / 1e6 AS over_contract
  FROM (
    SELECT
      *,
      CASE
        WHEN own_contracts > 0
        THEN LEAST(
          idle_hours,
          idle_hours + worked_hours + leave_hours + suspended_hours - contract_hours
        )
        ELSE 0
      END AS over_contract
    FROM person_months
  ) AS p
  JOIN cases AS c
    ON c.k = p.k
  GROUP BY
    p.k
)
SELECT
  c.k,
  CASE WHEN n.listed > 0 THEN CAST(n.absent AS BIGINT) END AS persons_not_in_dsn,
  CASE WHEN n.listed > 0 THEN n.absent / CAST(n.listed AS DOUBLE) END AS persons_not_in_dsn_share,
  CASE WHEN NOT c.request_starts_on IS NULL THEN CAST(n.just_hired AS BIGINT) END AS persons_just_hired,
  CASE
    WHEN NOT c.request_starts_on IS NULL
    THEN n.just_hired / NULLIF(CAST(n.persons AS DOUBLE), 0)
  END AS persons_just_hired_share,
  CAST(n.gone_in_trial AS BIGINT) AS persons_gone_in_trial,
  CAST(n.not_employees AS BIGINT) AS officers_or_interns_claimed,
  n.during_suspension AS idle_during_suspension_hours,
  n.during_leave AS idle_during_leave_hours,
  n.outside_contract AS idle_outside_contract_hours,
  n.over_contract AS person_time_over_contract_hours
FROM cases AS c
LEFT JOIN payroll_seen AS s
  ON s.sk = c.sk AND s.mi = c.mi AND s.seen_on <= c.as_of
LEFT JOIN counted AS n
  ON n.k = c.k AND NOT s.sk IS NULL
