-- title: Formats by browser
-- about: Which formats each browser was sent. Browsers are known by code: over a raw table on Athena all are NULL.
-- param: from timestamp = 1970-01-01 00:00:00; from when on, UTC
-- param: to timestamp = 2200-01-01 00:00:00; up to when, UTC
-- param: site text = %; a site, or a pattern of LIKE
-- binds: from, to, site
-- unit: avif_percent = percent
-- unit: webp_percent = percent
-- chart: bar browser requests
-- advice: A browser that can show AVIF and is sent JPEG asks for URLs without format=auto.
SELECT
  browser,
  count(*) AS requests,
  round(1e2 * count_if(image_format = 'avif') / count(*), 2) AS avif_percent,
  round(1e2 * count_if(image_format = 'webp') / count(*), 2) AS webp_percent,
  round(1e2 * count_if(image_format IN ('jpeg', 'jpg', 'png', 'gif')) / count(*), 2) AS older_percent
FROM requests
WHERE ts >= ? AND ts < ? AND site LIKE ? AND image_format IS NOT NULL AND status = 200
GROUP BY browser
ORDER BY requests DESC, browser
