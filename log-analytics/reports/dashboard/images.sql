-- title: Images by format
-- about: Pictures that were sent, how large they were, and how many the cache had.
-- param: from timestamp = 1970-01-01 00:00:00; from when on, UTC
-- param: to timestamp = 2200-01-01 00:00:00; up to when, UTC
-- binds: from, to
-- unit: bytes = bytes
-- unit: mean_bytes = bytes
-- unit: hit_percent = percent
-- chart: bar image_format bytes
-- advice: A large share of jpeg or png means that pages ask for originals, or without format=auto.
SELECT
  site,
  image_format,
  count(*) AS requests,
  sum(bytes) AS bytes,
  sum(bytes) / count(*) AS mean_bytes,
  round(1e2 * count_if(result IN ('Hit', 'RefreshHit')) / count(*), 2) AS hit_percent
FROM requests
WHERE ts >= ? AND ts < ? AND image_format IS NOT NULL AND status = 200
GROUP BY site, image_format
ORDER BY site, bytes DESC, image_format
