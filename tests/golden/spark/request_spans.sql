SELECT
  k,
  counted_from,
  counted_to,
  MAX(counted_to) OVER (
    PARTITION BY k
    ORDER BY counted_from NULLS LAST, counted_to NULLS LAST, request_id NULLS LAST
    rows BETWEEN UNBOUNDED preceding AND 1 preceding
  ) AS counted_before
FROM (
  SELECT
    n.k,
    n.request_id,
    GREATEST(
      n.starts_on,
      CAST(p.rolling_ignored_before + INTERVAL '1' DAY AS DATE),
      ADD_MONTHS(
        CAST(n.request_ends_on + INTERVAL '1' DAY AS DATE),
        CAST(-p.rolling_window_months AS INT)
      )
    ) AS counted_from,
    LEAST(n.ends_on, CAST(n.request_starts_on - INTERVAL '1' DAY AS DATE)) AS counted_to
  FROM request_neighbours AS n
  JOIN law_procedure AS p
    ON p.valid_from <= GREATEST(n.known_on, n.request_starts_on)
    AND GREATEST(n.known_on, n.request_starts_on) < p.valid_to
  WHERE
    NOT p.rolling_max_months IS NULL
) AS within_window
WHERE
  counted_from <= counted_to
