-- title: Errors, and whose they are
-- about: Requests that did not end well, by who is at fault: client abort (the viewer left), viewer (a request
-- about: that cannot be answered, 4xx), edge (CloudFront or code that runs there), origin (what is behind it).
-- param: from timestamp = 1970-01-01 00:00:00; from when on, UTC
-- param: to timestamp = 2200-01-01 00:00:00; up to when, UTC
-- param: site text = %; a site, or a pattern of LIKE
-- binds: from, to, site
-- unit: percent = percent
-- chart: bar fault requests
-- advice: origin and edge are yours to mend; viewer is a broken link or an attack; client abort is slowness.
SELECT
  fault,
  status,
  detailed_result,
  count(*) AS requests,
  round(1e2 * count(*) / sum(count(*)) OVER (), 2) AS percent,
  count(DISTINCT site) AS sites
FROM requests
WHERE ts >= ? AND ts < ? AND site LIKE ? AND fault IS NOT NULL
GROUP BY fault, status, detailed_result
ORDER BY requests DESC, fault, status, detailed_result
