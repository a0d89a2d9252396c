-- title: Savings of pictures
-- about: What the functions that make pictures saved: bytes of the originals, and of the pictures that were made
-- about: of them, each counted once, when it was made. It reads `images_made`, the functions' own logs, by the
-- about: embedded engine alone.
-- param: from timestamp = 1970-01-01 00:00:00; from when on, UTC
-- param: to timestamp = 2200-01-01 00:00:00; up to when, UTC
-- param: site text = %; a site, or a pattern of LIKE
-- binds: from, to, site
-- unit: original_bytes = bytes
-- unit: bytes = bytes
-- unit: saved_bytes = bytes
-- unit: saved_percent = percent
-- chart: bar format saved_bytes
-- advice: A picture that is hardly smaller than its original was sent as it is, or at nearly its size: pages that ask
-- advice: for a width save more. Where originals are small already there is little to save.
SELECT
  site,
  original_format,
  format,
  count(*) AS pictures,
  sum(original_bytes) AS original_bytes,
  sum(bytes) AS bytes,
  sum(original_bytes) - sum(bytes) AS saved_bytes,
  round(1e2 * (sum(original_bytes) - sum(bytes)) / nullif(sum(original_bytes), 0), 2) AS saved_percent
FROM images_made
WHERE ts >= ? AND ts < ? AND site LIKE ?
GROUP BY site, original_format, format
ORDER BY saved_bytes DESC, site, original_format, format
