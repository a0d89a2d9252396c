-- title: Traffic by site and price region
-- about: Requests and bytes of each site by the region that answered, with the requests that went on to the
-- about: origin: as CSV it is what `cdn-cli cost --traffic` reads. Edge locations that are not known count as us.
-- param: from timestamp = 1970-01-01 00:00:00; from when on, UTC
-- param: to timestamp = 2200-01-01 00:00:00; up to when, UTC
-- param: site text = %; a site, or a pattern of LIKE
-- binds: from, to, site
-- unit: bytes = bytes
-- chart: bar region bytes
-- advice: Take a whole month: prices fall by tiers of a month.
SELECT
  site,
  coalesce(region, 'us') AS region,
  count(*) AS requests,
  sum(bytes) AS bytes,
  count_if(result IN ('Miss', 'RefreshHit', 'Error') AND coalesce(detailed_result, '') <> 'OriginShieldHit') AS origin_requests
FROM requests
WHERE ts >= ? AND ts < ? AND site LIKE ?
GROUP BY site, coalesce(region, 'us')
ORDER BY site, 2
