-- title: Completeness
-- about: For each site and day the hours that have rows, the hours between the first and the last that have
-- about: none, and rows that are there more than once.
-- param: from timestamp = 1970-01-01 00:00:00; from when on, UTC
-- param: to timestamp = 2200-01-01 00:00:00; up to when, UTC
-- param: site text = %; a site, or a pattern of LIKE
-- binds: from, to, site
-- chart: bar day missing_hours
-- advice: CloudFront may deliver up to a day late. Hours that are still missing after that are lost, or no traffic.
WITH hours AS (
  SELECT site, day, hour(ts) AS hour_of_day, count(*) AS requests, count(DISTINCT request_id) AS ids
  FROM requests
  WHERE ts >= ? AND ts < ? AND site LIKE ?
  GROUP BY site, day, hour(ts)
)
SELECT
  site,
  day,
  sum(requests) AS requests,
  count(*) AS hours,
  max(hour_of_day) - min(hour_of_day) + 1 - count(*) AS missing_hours,
  sum(CASE WHEN ids > 0 THEN requests - ids ELSE 0 END) AS duplicates
FROM hours
GROUP BY site, day
ORDER BY site, day
