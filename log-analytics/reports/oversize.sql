-- title: Pictures larger than they need be
-- about: Pictures of more bytes for each pixel of their width than their format needs: sent without a width that
-- about: was asked for, or of more than 500 kB. wasted is what is above 150 kB for each answer, what a product
-- about: photo of 1,600 px takes as AVIF or WebP. Widths are known by code: NULL over a raw table on Athena.
-- param: from timestamp = 1970-01-01 00:00:00; from when on, UTC
-- param: to timestamp = 2200-01-01 00:00:00; up to when, UTC
-- param: site text = %; a site, or a pattern of LIKE
-- param: top integer = 50; how many
-- binds: from, to, site, top
-- unit: bytes = bytes
-- unit: mean_bytes = bytes
-- unit: wasted = bytes
-- chart: bar path wasted
-- advice: Ask for a width and format=auto in the page's URL; the report negotiation tells which browsers would gain.
WITH pictures AS (
  SELECT site, path, image_format, image_width,
    count(*) AS requests,
    sum(bytes) AS bytes,
    sum(bytes) / count(*) AS mean_bytes,
    sum(CASE WHEN bytes > 150000 THEN bytes - 150000 ELSE 0 END) AS wasted
  FROM requests
  WHERE ts >= ? AND ts < ? AND site LIKE ? AND image_format IS NOT NULL AND status = 200
    AND ((image_width IS NULL AND bytes > 150000) OR bytes > 500000)
  GROUP BY site, path, image_format, image_width
),
ranked AS (
  SELECT site, path, image_format, image_width, requests, bytes, mean_bytes, wasted,
    row_number() OVER (ORDER BY wasted DESC, site, path, image_format, image_width) AS place
  FROM pictures
)
SELECT place, site, path, image_format, image_width, requests, bytes, mean_bytes, wasted
FROM ranked
WHERE place <= ?
ORDER BY place
