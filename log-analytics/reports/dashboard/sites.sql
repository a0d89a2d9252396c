-- title: Sites
-- about: The sites by their requests. availability leaves out viewers that left and requests that nobody could
-- about: answer; budget_used is the share of the errors that the target allows, above 100 the target is missed.
-- param: from timestamp = 1970-01-01 00:00:00; from when on, UTC
-- param: to timestamp = 2200-01-01 00:00:00; up to when, UTC
-- param: target double = 99.9; the availability that is wanted, percent
-- binds: target, from, to
-- unit: bytes = bytes
-- unit: hit_percent = percent
-- unit: availability = percent
-- unit: budget_used = percent
-- unit: ttfb_p95 = seconds
-- chart: bar site requests
-- advice: A site whose budget is used up needs its origin looked at; its page says which errors there are.
SELECT
  site,
  count(*) AS requests,
  sum(bytes) AS bytes,
  round(1e2 * count_if(result IN ('Hit', 'RefreshHit')) / count(*), 2) AS hit_percent,
  round(1e2 - 1e2 * count_if(fault IN ('origin', 'edge'))
    / nullif(count_if(fault IS NULL OR fault IN ('origin', 'edge')), 0), 4) AS availability,
  round(1e2 * count_if(fault IN ('origin', 'edge'))
    / nullif(count_if(fault IS NULL OR fault IN ('origin', 'edge')) * (1e2 - CAST(? AS double)) / 1e2, 0), 1) AS budget_used,
  count_if(status BETWEEN 400 AND 499) AS errors_4xx,
  count_if(status >= 500) AS errors_5xx,
  approx_percentile(ttfb, 0.95) AS ttfb_p95
FROM requests
WHERE ts >= ? AND ts < ?
GROUP BY site
ORDER BY requests DESC, site
