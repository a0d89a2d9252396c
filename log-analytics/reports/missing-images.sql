-- title: Missing images
-- about: Pictures that were asked for and are not there, with a page that asks for them.
-- param: from timestamp = 1970-01-01 00:00:00; from when on, UTC
-- param: to timestamp = 2200-01-01 00:00:00; up to when, UTC
-- param: site text = %; a site, or a pattern of LIKE
-- binds: from, to, site
-- chart: bar path requests
-- advice: Mend the page, or bring the picture back: each of these is a hole in a page that somebody saw.
SELECT
  site,
  path,
  count(*) AS requests,
  count(DISTINCT referrer) AS pages,
  min(referrer) AS page
FROM requests
WHERE ts >= ? AND ts < ? AND site LIKE ? AND status IN (404, 410)
  AND (extension IN ('avif', 'gif', 'jpeg', 'jpg', 'png', 'svg', 'webp') OR path LIKE '/cdn-cgi/image/%')
GROUP BY site, path
ORDER BY requests DESC, site, path
