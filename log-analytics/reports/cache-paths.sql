-- title: Cache by path
-- about: Hit ratios of the parts of a shop: by the first folder of the path, or by extension, behavior or site.
-- about: cacheable, bytes and offload are those of the report cache; misses reached the origin.
-- param: from timestamp = 1970-01-01 00:00:00; from when on, UTC
-- param: to timestamp = 2200-01-01 00:00:00; up to when, UTC
-- param: site text = %; a site, or a pattern of LIKE
-- param: by text = prefix; prefix, extension, behavior or site
-- binds: by, from, to, site
-- unit: bytes = bytes
-- unit: cacheable = percent
-- unit: bytes_ratio = percent
-- unit: offload = percent
-- chart: bar part misses
-- advice: A part with many misses and few hits is kept too briefly, or under too wide a key: `fragmentation` tells.
WITH parts AS (
  SELECT
    CASE ?
      WHEN 'extension' THEN coalesce('.' || extension, 'none')
      WHEN 'behavior' THEN coalesce(behavior, 'not logged')
      WHEN 'site' THEN site
      ELSE CASE WHEN path LIKE '/%/%' THEN '/' || split_part(path, '/', 2) || '/' ELSE '/' END
    END AS part,
    method,
    result,
    coalesce(detailed_result, '') AS detailed,
    bytes
  FROM requests
  WHERE ts >= ? AND ts < ? AND site LIKE ?
)
SELECT
  part,
  count(*) AS requests,
  sum(bytes) AS bytes,
  round(1e2 * count_if(method IN ('GET', 'HEAD') AND result IN ('Hit', 'RefreshHit'))
    / nullif(count_if(method IN ('GET', 'HEAD') AND result IN ('Hit', 'RefreshHit', 'Miss')), 0), 2) AS cacheable,
  round(1e2 * sum(CASE WHEN result IN ('Hit', 'RefreshHit') THEN bytes ELSE 0 END)
    / nullif(sum(bytes), 0), 2) AS bytes_ratio,
  round(1e2 - 1e2 * count_if(result IN ('Miss', 'RefreshHit') AND detailed <> 'OriginShieldHit')
    / count(*), 2) AS offload,
  count_if(result = 'Miss') AS misses
FROM parts
GROUP BY part
ORDER BY misses DESC, requests DESC, part
