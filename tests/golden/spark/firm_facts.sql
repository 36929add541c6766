SELECT
  c.k,
  CAST(d.controls - d.own_controls AS BIGINT) AS earlier_controls,
  CAST(d.findings - d.own_findings AS BIGINT) AS earlier_findings,
  CAST(d.refusals - d.own_refusals AS BIGINT) AS earlier_refusals
FROM cases AS c
LEFT JOIN firm_days AS d
  ON d.k = c.k
