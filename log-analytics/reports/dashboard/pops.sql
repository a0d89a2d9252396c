-- title: Edge locations
-- about: Where viewers were answered: the ten busiest.
-- param: from timestamp = 1970-01-01 00:00:00; from when on, UTC
-- param: to timestamp = 2200-01-01 00:00:00; up to when, UTC
-- binds: from, to
-- unit: bytes = bytes
-- unit: ttfb_p95 = seconds
-- chart: bar pop requests
-- advice: These are the locations to warm, in this order.
WITH pops AS (
  SELECT site, pop, count(*) AS requests, sum(bytes) AS bytes, approx_percentile(ttfb, 0.95) AS ttfb_p95
  FROM requests
  WHERE ts >= ? AND ts < ?
  GROUP BY site, pop
),
ranked AS (
  SELECT site, pop, requests, bytes, ttfb_p95,
    row_number() OVER (PARTITION BY site ORDER BY requests DESC, pop) AS place
  FROM pops
)
SELECT site, pop, requests, bytes, ttfb_p95 FROM ranked WHERE place <= 10 ORDER BY site, place
