-- title: Referrers
-- about: Other hosts whose pages use what is yours: requests and bytes, and pictures among them (hotlinking).
-- param: from timestamp = 1970-01-01 00:00:00; from when on, UTC
-- param: to timestamp = 2200-01-01 00:00:00; up to when, UTC
-- param: site text = %; a site, or a pattern of LIKE
-- binds: from, to, site
-- unit: bytes = bytes
-- chart: bar referrer_host bytes
-- advice: Much traffic of pictures for a foreign host is hotlinking: sign URLs, or refuse the referrer.
SELECT
  referrer_host,
  count(*) AS requests,
  sum(bytes) AS bytes,
  count_if(image_format IS NOT NULL) AS pictures,
  count(DISTINCT site) AS sites
FROM requests
WHERE ts >= ? AND ts < ? AND site LIKE ? AND referrer_host IS NOT NULL AND referrer_host <> host
GROUP BY referrer_host
ORDER BY bytes DESC, referrer_host
