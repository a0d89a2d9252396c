-- title: Errors, and whose they are
-- about: origin and edge count against the availability; viewer is a broken link or an attack; client abort is
-- about: a viewer who did not wait.
-- param: from timestamp = 1970-01-01 00:00:00; from when on, UTC
-- param: to timestamp = 2200-01-01 00:00:00; up to when, UTC
-- binds: from, to
-- chart: bar fault requests
-- advice: origin and edge are yours to mend.
SELECT site, fault, status, detailed_result, count(*) AS requests
FROM requests
WHERE ts >= ? AND ts < ? AND fault IS NOT NULL
GROUP BY site, fault, status, detailed_result
ORDER BY site, requests DESC, fault, status, detailed_result
