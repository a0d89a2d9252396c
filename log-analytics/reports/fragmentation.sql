-- title: What splits the cache key
-- about: Parameters of queries by the misses that they cause. A key without the parameter is taken to miss as
-- about: often, in each edge location, as that of its keys which missed most; alike_percent is how many of the
-- about: keys that would become one had answers of the same size, within a fiftieth. Of a query the first
-- about: twelve parameters are looked at.
-- param: from timestamp = 1970-01-01 00:00:00; from when on, UTC
-- param: to timestamp = 2200-01-01 00:00:00; up to when, UTC
-- param: site text = %; a site, or a pattern of LIKE
-- binds: from, to, site
-- unit: hit_percent = percent
-- unit: hit_percent_without = percent
-- unit: alike_percent = percent
-- chart: bar parameter misses_saved
-- advice: Where alike_percent is near 100 nothing reads the parameter: add fleet_toml to the cache policy of the
-- advice: path. Where it is low the parameter changes the answer, and has to stay in the key.
WITH keys AS (
  SELECT site, path, query, pop, count(*) AS requests, count_if(result = 'Miss') AS misses, avg(bytes) AS size
  FROM requests
  WHERE ts >= ? AND ts < ? AND site LIKE ? AND query IS NOT NULL
    AND method IN ('GET', 'HEAD') AND status = 200 AND result IN ('Hit', 'RefreshHit', 'Miss')
  GROUP BY site, path, query, pop
),
places AS (
  SELECT place FROM (VALUES (1), (2), (3), (4), (5), (6), (7), (8), (9), (10), (11), (12)) AS v (place)
),
pairs AS (
  SELECT site, path, pop, requests, misses, size, query, split_part(query, '&', place) AS pair
  FROM keys CROSS JOIN places
  WHERE split_part(query, '&', place) <> ''
),
remainders AS (
  SELECT site, path, pop, requests, misses, size,
    split_part(pair, '=', 1) AS parameter,
    array_join(array_remove(split(query, '&'), pair), '&') AS rest
  FROM pairs
),
merged AS (
  SELECT site, parameter, path, pop, rest,
    sum(requests) AS requests,
    sum(misses) AS misses,
    max(misses) AS needed,
    count(*) AS members,
    CASE WHEN max(size) <= 1.02e0 * min(size) THEN 1 ELSE 0 END AS alike
  FROM remainders
  GROUP BY site, parameter, path, pop, rest
)
SELECT
  site,
  parameter,
  sum(requests) AS requests,
  sum(members) AS keys,
  count(*) AS keys_without,
  round(1e2 - 1e2 * sum(misses) / sum(requests), 2) AS hit_percent,
  round(1e2 - 1e2 * sum(needed) / sum(requests), 2) AS hit_percent_without,
  sum(misses) - sum(needed) AS misses_saved,
  round(1e2 * sum(CASE WHEN members > 1 THEN alike ELSE 0 END)
    / nullif(count_if(members > 1), 0), 1) AS alike_percent,
  'query = { all_but = ["' || replace(parameter, '"', '') || '"] }' AS fleet_toml
FROM merged
GROUP BY site, parameter
HAVING sum(misses) > sum(needed)
ORDER BY misses_saved DESC, site, parameter
