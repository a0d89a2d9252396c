-- title: Busy hours
-- about: Requests by day and hour of the day, UTC.
-- param: from timestamp = 1970-01-01 00:00:00; from when on, UTC
-- param: to timestamp = 2200-01-01 00:00:00; up to when, UTC
-- param: site text = %; a site, or a pattern of LIKE
-- binds: from, to, site
-- unit: bytes = bytes
-- chart: heat hour_of_day day requests
-- advice: Deploy, purge and warm in the pale hours.
SELECT day, hour(ts) AS hour_of_day, count(*) AS requests, sum(bytes) AS bytes
FROM requests
WHERE ts >= ? AND ts < ? AND site LIKE ?
GROUP BY day, hour(ts)
ORDER BY day, hour_of_day
