-- title: Cost by site and region
-- about: What each site's requests and bytes cost at the list price of the region that answered: first tier, by
-- about: HTTPS, without the account's free amounts, as in the table of `cdn-cli cost`, read in 2026-06, a GB of
-- about: 2^30 bytes. A region of NULL is an edge location that is not known, and has no price.
-- param: from timestamp = 1970-01-01 00:00:00; from when on, UTC
-- param: to timestamp = 2200-01-01 00:00:00; up to when, UTC
-- param: site text = %; a site, or a pattern of LIKE
-- binds: from, to, site
-- unit: bytes = bytes
-- unit: usd = usd
-- chart: bar site usd
-- advice: Tiers, free amounts, origins and pictures are counted by `cdn-cli cost`, which reads `traffic-regions`.
WITH prices AS (
  SELECT region, gigabyte, requests_10k
  FROM (VALUES
    ('us', 0.085e0, 0.0100e0),
    ('europe', 0.085e0, 0.0120e0),
    ('africa', 0.110e0, 0.0120e0),
    ('south-america', 0.110e0, 0.0220e0),
    ('japan', 0.114e0, 0.0120e0),
    ('australia', 0.114e0, 0.0125e0),
    ('asia', 0.120e0, 0.0120e0),
    ('india', 0.109e0, 0.0120e0)
  ) AS v (region, gigabyte, requests_10k)
),
sums AS (
  SELECT site, region, count(*) AS requests, sum(bytes) AS bytes
  FROM requests
  WHERE ts >= ? AND ts < ? AND site LIKE ?
  GROUP BY site, region
)
SELECT
  site,
  sums.region,
  sums.requests,
  sums.bytes,
  round(sums.bytes / 1073741824e0 * gigabyte + sums.requests / 1e4 * requests_10k, 4) AS usd
FROM sums LEFT JOIN prices ON prices.region = sums.region
ORDER BY usd DESC NULLS LAST, site, sums.region
