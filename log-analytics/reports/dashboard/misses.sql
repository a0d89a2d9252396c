-- title: Top misses
-- about: The twenty paths that viewers waited longest for because the cache did not have them.
-- param: from timestamp = 1970-01-01 00:00:00; from when on, UTC
-- param: to timestamp = 2200-01-01 00:00:00; up to when, UTC
-- binds: from, to
-- unit: bytes = bytes
-- unit: waited = seconds
-- advice: Warm them before a sale, or let them stay longer.
WITH paths AS (
  SELECT site, path, count(*) AS misses, sum(bytes) AS bytes, round(sum(ttfb), 3) AS waited
  FROM requests
  WHERE ts >= ? AND ts < ? AND result = 'Miss' AND method IN ('GET', 'HEAD') AND status = 200
  GROUP BY site, path
),
ranked AS (
  SELECT site, path, misses, bytes, waited,
    row_number() OVER (PARTITION BY site ORDER BY waited DESC, misses DESC, path) AS place
  FROM paths
)
SELECT site, path, misses, bytes, waited FROM ranked WHERE place <= 20 ORDER BY site, place
