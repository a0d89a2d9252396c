-- title: Sites
-- about: The sites by their requests, with bytes, share of the cache, errors and time to first byte.
-- param: from timestamp = 1970-01-01 00:00:00; from when on, UTC
-- param: to timestamp = 2200-01-01 00:00:00; up to when, UTC
-- binds: from, to
-- unit: bytes = bytes
-- unit: hit_percent = percent
-- unit: ttfb_p95 = seconds
-- chart: bar site requests
-- advice: A site far below the others in hit_percent has a cache key that is too wide: `logs report cache`.
SELECT
  site,
  count(*) AS requests,
  sum(bytes) AS bytes,
  round(1e2 * count_if(result IN ('Hit', 'RefreshHit')) / count(*), 2) AS hit_percent,
  count_if(status BETWEEN 400 AND 499) AS errors_4xx,
  count_if(status >= 500) AS errors_5xx,
  approx_percentile(ttfb, 0.95) AS ttfb_p95
FROM requests
WHERE ts >= ? AND ts < ?
GROUP BY site
ORDER BY requests DESC, site
