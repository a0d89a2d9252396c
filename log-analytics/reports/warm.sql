-- title: Warm list
-- about: URLs that the cache should have before a sale, by the seconds that viewers waited for them.
-- param: from timestamp = 1970-01-01 00:00:00; from when on, UTC
-- param: to timestamp = 2200-01-01 00:00:00; up to when, UTC
-- param: site text = %; a site, or a pattern of LIKE
-- param: top integer = 1000; how many
-- binds: from, to, site, top
-- advice: Read by the cache warmer.
WITH urls AS (
  SELECT
    protocol || '://' || host || path || coalesce('?' || query, '') AS url,
    count(*) AS requests,
    count(DISTINCT image_format) AS variants,
    round(sum(ttfb), 3) AS weight
  FROM requests
  WHERE ts >= ? AND ts < ? AND site LIKE ? AND result IN ('Miss', 'RefreshHit') AND method = 'GET' AND status = 200
  GROUP BY 1
),
ranked AS (
  SELECT url, requests, variants, weight, row_number() OVER (ORDER BY weight DESC, url) AS place FROM urls
)
SELECT url, variants, weight FROM ranked WHERE place <= ? ORDER BY place
