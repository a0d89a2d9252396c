-- title: Latency by edge location
-- about: Seconds to the first byte and to the last, at the median, the 75th, 95th and 99th percentile.
-- param: from timestamp = 1970-01-01 00:00:00; from when on, UTC
-- param: to timestamp = 2200-01-01 00:00:00; up to when, UTC
-- param: site text = %; a site, or a pattern of LIKE
-- binds: from, to, site
-- unit: ttfb_p50 = seconds
-- unit: ttfb_p75 = seconds
-- unit: ttfb_p95 = seconds
-- unit: ttfb_p99 = seconds
-- unit: total_p95 = seconds
-- chart: bar pop ttfb_p95
-- advice: A slow Miss is the origin; a slow Hit is a large object or a far viewer.
SELECT
  pop,
  count(*) AS requests,
  approx_percentile(ttfb, 0.5) AS ttfb_p50,
  approx_percentile(ttfb, 0.75) AS ttfb_p75,
  approx_percentile(ttfb, 0.95) AS ttfb_p95,
  approx_percentile(ttfb, 0.99) AS ttfb_p99,
  approx_percentile(time_taken, 0.95) AS total_p95
FROM requests
WHERE ts >= ? AND ts < ? AND site LIKE ?
GROUP BY pop
ORDER BY requests DESC, pop
