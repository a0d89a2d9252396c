-- title: Top paths
-- about: The twenty paths with the most requests.
-- param: from timestamp = 1970-01-01 00:00:00; from when on, UTC
-- param: to timestamp = 2200-01-01 00:00:00; up to when, UTC
-- binds: from, to
-- unit: bytes = bytes
-- unit: hit_percent = percent
-- advice: Whatever stands here and is below 95 in hit percent costs the most.
WITH paths AS (
  SELECT
    site,
    path,
    count(*) AS requests,
    sum(bytes) AS bytes,
    round(1e2 * count_if(result IN ('Hit', 'RefreshHit')) / count(*), 2) AS hit_percent
  FROM requests
  WHERE ts >= ? AND ts < ?
  GROUP BY site, path
),
ranked AS (
  SELECT site, path, requests, bytes, hit_percent,
    row_number() OVER (PARTITION BY site ORDER BY requests DESC, path) AS place
  FROM paths
)
SELECT site, path, requests, bytes, hit_percent FROM ranked WHERE place <= 20 ORDER BY site, place
