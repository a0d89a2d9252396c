-- title: Bots
-- about: Crawlers and programs by the name that they give, with the networks that they come from: a name that
-- about: comes from many networks is borrowed. Known by code: over a raw table on Athena all are NULL.
-- param: from timestamp = 1970-01-01 00:00:00; from when on, UTC
-- param: to timestamp = 2200-01-01 00:00:00; up to when, UTC
-- param: site text = %; a site, or a pattern of LIKE
-- binds: from, to, site
-- unit: bytes = bytes
-- unit: percent = percent
-- chart: bar bot requests
-- advice: Limit what takes much and brings nothing; never a search engine.
SELECT
  bot,
  count(*) AS requests,
  round(1e2 * count(*) / sum(count(*)) OVER (), 2) AS percent,
  sum(bytes) AS bytes,
  count(DISTINCT asn) AS networks,
  count_if(status BETWEEN 400 AND 499) AS errors_4xx
FROM requests
WHERE ts >= ? AND ts < ? AND site LIKE ? AND bot IS NOT NULL
GROUP BY bot
ORDER BY requests DESC, bot
