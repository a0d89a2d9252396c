-- title: Time to first byte, by result
-- about: Seconds at the median and the 95th percentile.
-- param: from timestamp = 1970-01-01 00:00:00; from when on, UTC
-- param: to timestamp = 2200-01-01 00:00:00; up to when, UTC
-- binds: from, to
-- unit: ttfb_p50 = seconds
-- unit: ttfb_p95 = seconds
-- unit: total_p95 = seconds
-- chart: bar result ttfb_p95
-- advice: A slow Miss is the origin; a slow Hit is a large object or a far viewer.
SELECT
  site,
  result,
  count(*) AS requests,
  approx_percentile(ttfb, 0.5) AS ttfb_p50,
  approx_percentile(ttfb, 0.95) AS ttfb_p95,
  approx_percentile(time_taken, 0.95) AS total_p95
FROM requests
WHERE ts >= ? AND ts < ?
GROUP BY site, result
ORDER BY site, requests DESC, result
