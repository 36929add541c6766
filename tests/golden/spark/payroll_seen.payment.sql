SELECT
  sk,
  mi,
  MIN(valid_from) AS seen_on
FROM payroll_versions
GROUP BY
  sk,
  mi
