-- title: Errors over time
-- about: Requests of each hour that did not end well, by who is at fault: as in the report errors.
-- param: from timestamp = 1970-01-01 00:00:00; from when on, UTC
-- param: to timestamp = 2200-01-01 00:00:00; up to when, UTC
-- param: site text = %; a site, or a pattern of LIKE
-- binds: from, to, site
-- chart: stacked step fault requests
-- advice: A column that stands alone is an incident: `errors --from --to` of that hour says which.
SELECT date_trunc('hour', ts) AS step, fault, count(*) AS requests
FROM requests
WHERE ts >= ? AND ts < ? AND site LIKE ? AND fault IS NOT NULL
GROUP BY 1, fault
ORDER BY 1, fault
