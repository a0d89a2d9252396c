-- title: Cache
-- about: Five hit ratios of each site. console: Hit of all requests, as CloudFront's console draws it.
-- about: cacheable: Hit and RefreshHit of all GET and HEAD requests that were neither errors nor redirects.
-- about: bytes: bytes of Hit and RefreshHit of all bytes. offload: requests that did not reach the origin,
-- about: those that Origin Shield answered among them. parity: what Cloudflare counts as cached, Hit alone, of all.
-- param: from timestamp = 1970-01-01 00:00:00; from when on, UTC
-- param: to timestamp = 2200-01-01 00:00:00; up to when, UTC
-- param: site text = %; a site, or a pattern of LIKE
-- binds: from, to, site
-- unit: console = percent
-- unit: cacheable = percent
-- unit: bytes_ratio = percent
-- unit: offload = percent
-- unit: parity = percent
-- chart: bar site cacheable
-- advice: Where cacheable is below 90, look which parameters split the key, and at TTLs below a day.
SELECT
  site,
  count(*) AS requests,
  round(1e2 * count_if(response_result = 'Hit') / count(*), 2) AS console,
  round(1e2 * count_if(method IN ('GET', 'HEAD') AND result IN ('Hit', 'RefreshHit'))
    / nullif(count_if(method IN ('GET', 'HEAD') AND result IN ('Hit', 'RefreshHit', 'Miss')), 0), 2) AS cacheable,
  round(1e2 * sum(CASE WHEN result IN ('Hit', 'RefreshHit') THEN bytes ELSE 0 END)
    / nullif(sum(bytes), 0), 2) AS bytes_ratio,
  round(1e2 - 1e2 * count_if(result IN ('Miss', 'RefreshHit') AND coalesce(detailed_result, '') <> 'OriginShieldHit')
    / count(*), 2) AS offload,
  round(1e2 * count_if(result = 'Hit') / count(*), 2) AS parity
FROM requests
WHERE ts >= ? AND ts < ? AND site LIKE ?
GROUP BY site
ORDER BY requests DESC, site
