SELECT
  case_id,
  CAST(ROW_NUMBER() OVER (ORDER BY case_id NULLS LAST) AS BIGINT) AS k
FROM (
  SELECT DISTINCT
    case_id
  FROM looked_at
) AS filed
