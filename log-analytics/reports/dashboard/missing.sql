-- title: Missing images
-- about: Pictures that were asked for and are not there, with a page that asks for them: the first twenty.
-- param: from timestamp = 1970-01-01 00:00:00; from when on, UTC
-- param: to timestamp = 2200-01-01 00:00:00; up to when, UTC
-- binds: from, to
-- advice: Mend the page, or bring the picture back.
WITH paths AS (
  SELECT site, path, count(*) AS requests, count(DISTINCT referrer) AS pages, min(referrer) AS page
  FROM requests
  WHERE ts >= ? AND ts < ? AND status IN (404, 410)
    AND (extension IN ('avif', 'gif', 'jpeg', 'jpg', 'png', 'svg', 'webp') OR path LIKE '/cdn-cgi/image/%')
  GROUP BY site, path
),
ranked AS (
  SELECT site, path, requests, pages, page,
    row_number() OVER (PARTITION BY site ORDER BY requests DESC, path) AS place
  FROM paths
)
SELECT site, path, requests, pages, page FROM ranked WHERE place <= 20 ORDER BY site, place
