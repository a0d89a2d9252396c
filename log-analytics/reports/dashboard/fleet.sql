-- title: All sites
-- about: What the tiles at the top of the fleet's page show.
-- param: from timestamp = 1970-01-01 00:00:00; from when on, UTC
-- param: to timestamp = 2200-01-01 00:00:00; up to when, UTC
-- binds: from, to
-- unit: bytes = bytes
-- unit: hit_percent = percent
-- unit: availability = percent
-- unit: ttfb_p95 = seconds
SELECT
  count(*) AS requests,
  sum(bytes) AS bytes,
  round(1e2 * count_if(result IN ('Hit', 'RefreshHit')) / count(*), 2) AS hit_percent,
  round(1e2 - 1e2 * count_if(fault IN ('origin', 'edge'))
    / nullif(count_if(fault IS NULL OR fault IN ('origin', 'edge')), 0), 4) AS availability,
  count_if(status >= 500) AS errors_5xx,
  approx_percentile(ttfb, 0.95) AS ttfb_p95,
  min(ts) AS first_row,
  max(ts) AS last_row
FROM requests
WHERE ts >= ? AND ts < ?
