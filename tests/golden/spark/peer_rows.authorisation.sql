SELECT
  r.request_id AS case_id,
  COALESCE(e.naf, '') AS naf,
  COALESCE(e.size_class, 'NN') AS size_class,
  YEAR(r.known_on) * 12 + MONTH(r.known_on) AS mi,
  DATEDIFF(DAY, CAST('1970-01-01' AS DATE), r.known_on) AS day,
  CASE
    WHEN r.hours > 0 AND r.covered_headcount > 0 AND r.ends_on >= r.starts_on
    THEN CAST(ROUND(
      1e3 * LN(
        7 * r.hours / r.covered_headcount / (
          DATEDIFF(DAY, r.starts_on, r.ends_on) + 1
        )
      ),
      0
    ) AS BIGINT)
  END AS time_log,
  CASE
    WHEN r.hours > 0 AND r.amount > 0
    THEN CAST(ROUND(1e3 * LN(r.amount / r.hours), 0) AS BIGINT)
  END AS euro_log
FROM request_rows AS r
LEFT JOIN establishment_versions AS e
  ON e.sk = r.sk AND e.valid_from <= r.known_on AND r.known_on < e.valid_to
