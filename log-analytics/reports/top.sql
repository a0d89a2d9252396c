-- title: Top URLs
-- about: The paths with the most requests.
-- param: from timestamp = 1970-01-01 00:00:00; from when on, UTC
-- param: to timestamp = 2200-01-01 00:00:00; up to when, UTC
-- param: site text = %; a site, or a pattern of LIKE
-- param: top integer = 50; how many
-- binds: from, to, site, top
-- unit: bytes = bytes
-- unit: hit_percent = percent
-- chart: bar path requests
-- advice: Whatever stands here and is below 95 in hit_percent costs the most.
WITH paths AS (
  SELECT
    site,
    path,
    count(*) AS requests,
    sum(bytes) AS bytes,
    round(1e2 * count_if(result IN ('Hit', 'RefreshHit')) / count(*), 2) AS hit_percent
  FROM requests
  WHERE ts >= ? AND ts < ? AND site LIKE ?
  GROUP BY site, path
),
ranked AS (
  SELECT site, path, requests, bytes, hit_percent,
    row_number() OVER (ORDER BY requests DESC, site, path) AS place
  FROM paths
)
SELECT place, site, path, requests, bytes, hit_percent FROM ranked WHERE place <= ? ORDER BY place
