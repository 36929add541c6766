SELECT
  case_id,
  CAST(ROW_NUMBER() OVER (ORDER BY place NULLS LAST, filed_mi NULLS LAST, case_id NULLS LAST) AS BIGINT) AS k
FROM (
  SELECT
    l.case_id,
    MAX(CASE WHEN asked.by_place THEN COALESCE(e.region, 'ZZ') ELSE '' END) AS place,
    MAX(
      CASE WHEN asked.by_place THEN YEAR(l.known_on) * 12 + MONTH(l.known_on) ELSE 0 END
    ) AS filed_mi
  FROM looked_at AS l
  CROSS JOIN asked
  LEFT JOIN establishment_versions AS e
    ON asked.by_place AND e.sk = l.sk AND e.valid_from <= l.as_of AND l.as_of < e.valid_to
  GROUP BY
    l.case_id
) AS filed
