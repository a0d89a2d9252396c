-- title: Pictures on pages of others
-- about: Hosts whose pages show your pictures: requests, bytes, and what they cost at the list price of the
-- about: region that answered (first tier, by HTTPS, as in the table of `cdn-cli cost`, read in 2026-06, a GB of
-- about: 2^30 bytes). A host is another's where its last two labels differ from those of the shop's.
-- param: from timestamp = 1970-01-01 00:00:00; from when on, UTC
-- param: to timestamp = 2200-01-01 00:00:00; up to when, UTC
-- param: site text = %; a site, or a pattern of LIKE
-- binds: from, to, site
-- unit: bytes = bytes
-- unit: usd = usd
-- chart: bar referrer_host bytes
-- advice: A search engine, a newsletter and a market place are welcome; of the rest refuse the referrer, or sign URLs.
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
pictures AS (
  SELECT site, referrer_host, region, count(*) AS requests, sum(bytes) AS bytes
  FROM requests
  WHERE ts >= ? AND ts < ? AND site LIKE ? AND referrer_host IS NOT NULL
    AND (image_format IS NOT NULL OR extension IN ('avif', 'gif', 'jpeg', 'jpg', 'png', 'svg', 'webp'))
    AND regexp_extract(referrer_host, '([^.]+[.][^.]+)$', 1) <> regexp_extract(host, '([^.]+[.][^.]+)$', 1)
  GROUP BY site, referrer_host, region
)
SELECT
  site,
  referrer_host,
  sum(pictures.requests) AS requests,
  sum(pictures.bytes) AS bytes,
  round(sum(pictures.bytes / 1073741824e0 * gigabyte + pictures.requests / 1e4 * requests_10k), 4) AS usd
FROM pictures LEFT JOIN prices ON prices.region = pictures.region
GROUP BY site, referrer_host
ORDER BY bytes DESC, site, referrer_host
