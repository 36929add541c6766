SELECT
  l.case_id,
  CAST(ROW_NUMBER() OVER (
    ORDER BY CASE WHEN asked.by_place THEN COALESCE(e.region, 'ZZ') ELSE '' END NULLS LAST, CASE WHEN asked.by_place THEN YEAR(l.known_on) * 12 + MONTH(l.known_on) ELSE 0 END NULLS LAST, l.case_id NULLS LAST
  ) AS BIGINT) AS k
FROM looked_at AS l
CROSS JOIN asked
LEFT JOIN establishment_versions AS e
  ON asked.by_place AND e.sk = l.sk AND e.valid_from <= l.as_of AND l.as_of < e.valid_to
