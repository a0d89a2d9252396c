-- title: Top misses
-- about: Paths that the cache could have answered and did not, by the seconds that viewers waited for them.
-- param: from timestamp = 1970-01-01 00:00:00; from when on, UTC
-- param: to timestamp = 2200-01-01 00:00:00; up to when, UTC
-- param: site text = %; a site, or a pattern of LIKE
-- param: top integer = 50; how many
-- binds: from, to, site, top
-- unit: bytes = bytes
-- unit: ttfb_p50 = seconds
-- unit: waited = seconds
-- chart: bar path waited
-- advice: Warm them before a sale (the report warm makes the list), or let them stay longer.
WITH paths AS (
  SELECT
    site,
    path,
    count(*) AS misses,
    sum(bytes) AS bytes,
    count(DISTINCT pop) AS pops,
    approx_percentile(ttfb, 0.5) AS ttfb_p50,
    round(sum(ttfb), 3) AS waited
  FROM requests
  WHERE ts >= ? AND ts < ? AND site LIKE ? AND result = 'Miss' AND method IN ('GET', 'HEAD') AND status = 200
  GROUP BY site, path
),
ranked AS (
  SELECT site, path, misses, bytes, pops, ttfb_p50, waited,
    row_number() OVER (ORDER BY waited DESC, misses DESC, site, path) AS place
  FROM paths
)
SELECT place, site, path, misses, bytes, pops, ttfb_p50, waited FROM ranked WHERE place <= ? ORDER BY place
