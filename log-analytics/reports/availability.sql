-- title: Availability
-- about: The share of requests that were answered, of those that could be: without requests whose viewer left
-- about: and those that no server could answer (4xx). budget_used is the share of the errors that the target
-- about: allows; above 100 the target is missed.
-- param: from timestamp = 1970-01-01 00:00:00; from when on, UTC
-- param: to timestamp = 2200-01-01 00:00:00; up to when, UTC
-- param: site text = %; a site, or a pattern of LIKE
-- param: target double = 99.9; 99, 99.5, 99.9, 99.95 or 99.99 percent
-- binds: target, from, to, site
-- unit: availability = percent
-- unit: budget_used = percent
-- chart: bar site budget_used
-- advice: A site above 100 needs its origin looked at: the report errors says which error it is.
WITH targets AS (
  SELECT target FROM (VALUES (99e0), (99.5e0), (99.9e0), (99.95e0), (99.99e0)) AS v (target) WHERE target = ?
),
sites AS (
  SELECT
    site,
    count_if(fault IS NULL OR fault IN ('origin', 'edge')) AS eligible,
    count_if(fault IN ('origin', 'edge')) AS failed
  FROM requests
  WHERE ts >= ? AND ts < ? AND site LIKE ?
  GROUP BY site
)
SELECT
  site,
  eligible,
  failed,
  round(1e2 - 1e2 * failed / nullif(eligible, 0), 4) AS availability,
  round(1e2 * failed / nullif(eligible * (1e2 - target) / 1e2, 0), 1) AS budget_used
FROM sites CROSS JOIN targets
ORDER BY availability, site
