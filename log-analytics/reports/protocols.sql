-- title: Protocols
-- about: Versions of HTTP and TLS that viewers speak.
-- param: from timestamp = 1970-01-01 00:00:00; from when on, UTC
-- param: to timestamp = 2200-01-01 00:00:00; up to when, UTC
-- param: site text = %; a site, or a pattern of LIKE
-- binds: from, to, site
-- unit: percent = percent
-- chart: bar http_version requests
-- advice: TLS below 1.2 can be switched off where hardly anybody speaks it.
SELECT
  protocol,
  http_version,
  tls_protocol,
  count(*) AS requests,
  round(1e2 * count(*) / sum(count(*)) OVER (), 2) AS percent
FROM requests
WHERE ts >= ? AND ts < ? AND site LIKE ?
GROUP BY protocol, http_version, tls_protocol
ORDER BY requests DESC, protocol, http_version, tls_protocol
