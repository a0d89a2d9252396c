-- title: Traffic by hour
-- about: Requests, bytes and the share that the cache answered.
-- param: from timestamp = 1970-01-01 00:00:00; from when on, UTC
-- param: to timestamp = 2200-01-01 00:00:00; up to when, UTC
-- binds: from, to
-- unit: bytes = bytes
-- unit: hit_percent = percent
-- chart: line step requests bytes hit_percent
-- advice: A gap is an hour without a request: an outage, or logs that have not arrived.
SELECT
  site,
  date_trunc('hour', ts) AS step,
  count(*) AS requests,
  sum(bytes) AS bytes,
  round(1e2 * count_if(result IN ('Hit', 'RefreshHit')) / count(*), 2) AS hit_percent,
  count_if(status >= 500) AS errors_5xx
FROM requests
WHERE ts >= ? AND ts < ?
GROUP BY site, date_trunc('hour', ts)
ORDER BY site, step
