-- title: Edge locations
-- about: Where viewers were answered.
-- param: from timestamp = 1970-01-01 00:00:00; from when on, UTC
-- param: to timestamp = 2200-01-01 00:00:00; up to when, UTC
-- param: site text = %; a site, or a pattern of LIKE
-- binds: from, to, site
-- unit: bytes = bytes
-- unit: hit_percent = percent
-- unit: ttfb_p95 = seconds
-- chart: bar pop requests
-- advice: These are the locations to warm, in this order.
SELECT
  pop,
  count(*) AS requests,
  sum(bytes) AS bytes,
  round(1e2 * count_if(result IN ('Hit', 'RefreshHit')) / count(*), 2) AS hit_percent,
  approx_percentile(ttfb, 0.95) AS ttfb_p95
FROM requests
WHERE ts >= ? AND ts < ? AND site LIKE ?
GROUP BY pop
ORDER BY requests DESC, pop
