-- title: Images
-- about: Pictures that were sent, by format: how many, how large, and how many the cache had. oversize are those
-- about: of more than 500 kB.
-- param: from timestamp = 1970-01-01 00:00:00; from when on, UTC
-- param: to timestamp = 2200-01-01 00:00:00; up to when, UTC
-- param: site text = %; a site, or a pattern of LIKE
-- binds: from, to, site
-- unit: bytes = bytes
-- unit: mean_bytes = bytes
-- unit: percent = percent
-- unit: hit_percent = percent
-- chart: bar image_format bytes
-- advice: A large share of jpeg or png means that pages ask for originals, or without format=auto.
SELECT
  image_format,
  count(*) AS requests,
  round(1e2 * count(*) / sum(count(*)) OVER (), 2) AS percent,
  sum(bytes) AS bytes,
  sum(bytes) / count(*) AS mean_bytes,
  count_if(bytes > 500000) AS oversize,
  round(1e2 * count_if(result IN ('Hit', 'RefreshHit')) / count(*), 2) AS hit_percent
FROM requests
WHERE ts >= ? AND ts < ? AND site LIKE ? AND image_format IS NOT NULL AND status = 200
GROUP BY image_format
ORDER BY bytes DESC, image_format
