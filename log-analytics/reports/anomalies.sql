-- title: Hours that are unlike the others
-- about: Hours with far more or fewer requests, or errors of the server, than the median of their season: the
-- about: same hour of the week from three weeks of logs on, the same hour of the day from three days on, else all
-- about: hours. score is the distance in deviations: 1.4826 times the median absolute deviation, at least the
-- about: square root of the median, and at least 1.
-- param: from timestamp = 1970-01-01 00:00:00; from when on, UTC
-- param: to timestamp = 2200-01-01 00:00:00; up to when, UTC
-- param: site text = %; a site, or a pattern of LIKE
-- param: score double = 6; deviations from which on an hour is listed
-- binds: from, to, site, score, score
-- chart: bar step score
-- advice: More requests are a sale, a campaign or an attack (report attacks); fewer an outage before the edge. An
-- advice: hour without any request is no row here: the report completeness has it.
WITH hours AS (
  SELECT site, date_trunc('hour', ts) AS step, count(*) AS requests, count_if(status >= 500) AS errors_5xx
  FROM requests
  WHERE ts >= ? AND ts < ? AND site LIKE ?
  GROUP BY site, date_trunc('hour', ts)
),
spans AS (
  SELECT site, step, requests, errors_5xx,
    date_diff('day', min(step) OVER (PARTITION BY site), max(step) OVER (PARTITION BY site)) AS days
  FROM hours
),
seasons AS (
  SELECT site, step, requests, errors_5xx,
    CASE WHEN days >= 21 THEN 'hour of the week' WHEN days >= 3 THEN 'hour of the day' ELSE 'all hours' END AS season,
    CASE WHEN days >= 21 THEN 24 * day_of_week(step) + hour(step) WHEN days >= 3 THEN hour(step) ELSE 0 END AS slot
  FROM spans
),
medians AS (
  SELECT site, step, season, slot, requests, errors_5xx,
    approx_percentile(CAST(requests AS double), 0.5) OVER (PARTITION BY site, slot) AS usual_requests,
    approx_percentile(CAST(errors_5xx AS double), 0.5) OVER (PARTITION BY site, slot) AS usual_errors
  FROM seasons
),
deviations AS (
  SELECT site, step, season, requests, errors_5xx, usual_requests, usual_errors,
    approx_percentile(abs(requests - usual_requests), 0.5) OVER (PARTITION BY site, slot) AS spread_requests,
    approx_percentile(abs(errors_5xx - usual_errors), 0.5) OVER (PARTITION BY site, slot) AS spread_errors
  FROM medians
),
scores AS (
  SELECT site, step, season, requests, errors_5xx, usual_requests, usual_errors,
    (requests - usual_requests) / greatest(1.4826e0 * spread_requests, sqrt(usual_requests), 1e0) AS requests_score,
    (errors_5xx - usual_errors) / greatest(1.4826e0 * spread_errors, sqrt(usual_errors), 1e0) AS errors_score
  FROM deviations
)
SELECT site, step,
  CASE WHEN abs(requests_score) >= abs(errors_score) THEN 'requests' ELSE 'errors_5xx' END AS what,
  CASE WHEN abs(requests_score) >= abs(errors_score) THEN requests ELSE errors_5xx END AS value,
  round(CASE WHEN abs(requests_score) >= abs(errors_score) THEN usual_requests ELSE usual_errors END, 1) AS usual,
  round(CASE WHEN abs(requests_score) >= abs(errors_score) THEN requests_score ELSE errors_score END, 1) AS score,
  season
FROM scores
WHERE abs(requests_score) >= ? OR abs(errors_score) >= ?
ORDER BY site, step
