CREATE OR REPLACE VIEW "cdn"."requests_raw" AS
SELECT
  date_add('millisecond', coalesce(try_cast(timestamp_ms AS bigint) % 1000, 0), try(date_parse("date" || ' ' || "time", '%Y-%m-%d %H:%i:%s'))) AS "ts",
  "date" AS "day",
  nullif(x_edge_request_id, '-') AS "request_id",
  coalesce(nullif(distributionid, '-'), nullif(cs_host, '-')) AS "distribution",
  nullif(distribution_tenant_id, '-') AS "tenant",
  lower(split_part(coalesce(nullif(x_host_header, '-'), cs_host), ':', 1)) AS "host",
  coalesce(element_at(split_to_map('*.aurora.example	aurora
aurora.example	aurora
vega.example	vega', '
', '	'), lower(split_part(coalesce(nullif(x_host_header, '-'), cs_host), ':', 1))), element_at(split_to_map('*.aurora.example	aurora
aurora.example	aurora
vega.example	vega', '
', '	'), '*' || substr(lower(split_part(coalesce(nullif(x_host_header, '-'), cs_host), ':', 1)), strpos(lower(split_part(coalesce(nullif(x_host_header, '-'), cs_host), ':', 1)), '.'))), lower(split_part(coalesce(nullif(x_host_header, '-'), cs_host), ':', 1))) AS "site",
  coalesce(element_at(split_to_map('*.aurora.example	Aurora
aurora.example	Aurora', '
', '	'), lower(split_part(coalesce(nullif(x_host_header, '-'), cs_host), ':', 1))), element_at(split_to_map('*.aurora.example	Aurora
aurora.example	Aurora', '
', '	'), '*' || substr(lower(split_part(coalesce(nullif(x_host_header, '-'), cs_host), ':', 1)), strpos(lower(split_part(coalesce(nullif(x_host_header, '-'), cs_host), ':', 1)), '.')))) AS "brand",
  CAST(NULL AS varchar) AS "site_group",
  coalesce(element_at(split_to_map('*.aurora.example	team-north
aurora.example	team-north', '
', '	'), lower(split_part(coalesce(nullif(x_host_header, '-'), cs_host), ':', 1))), element_at(split_to_map('*.aurora.example	team-north
aurora.example	team-north', '
', '	'), '*' || substr(lower(split_part(coalesce(nullif(x_host_header, '-'), cs_host), ':', 1)), strpos(lower(split_part(coalesce(nullif(x_host_header, '-'), cs_host), ':', 1)), '.')))) AS "owner",
  nullif(cs_method, '-') AS "method",
  nullif(cs_protocol, '-') AS "protocol",
  nullif(cs_protocol_version, '-') AS "http_version",
  try(url_decode(url_decode(replace(nullif(cs_uri_stem, '-'), '+', '%252B')))) AS "path",
  lower(regexp_extract(nullif(cs_uri_stem, '-'), '\.([A-Za-z0-9]{1,8})$', 1)) AS "extension",
  regexp_replace(try(url_decode(replace(nullif(cs_uri_query, '-'), '+', '%2B'))), '(?i)(^|&)(access_token|auth|code|email|e-mail|key|mail|name|pass|password|phone|secret|session|sig|signature|token)=[^&]*', '$1$2=*') AS "query",
  nullif(try_cast(sc_status AS integer), 0) AS "status",
  try_cast(sc_bytes AS bigint) AS "bytes",
  try_cast(cs_bytes AS bigint) AS "request_bytes",
  lower(trim(split_part(replace(nullif(sc_content_type, '-'), '%3B', ';'), ';', 1))) AS "content_type",
  try_cast(sc_content_len AS bigint) AS "content_length",
  try_cast(sc_range_start AS bigint) AS "range_start",
  try_cast(sc_range_end AS bigint) AS "range_end",
  try_cast(time_to_first_byte AS double) AS "ttfb",
  try_cast(time_taken AS double) AS "time_taken",
  try_cast(origin_fbl AS double) AS "origin_fbl",
  try_cast(origin_lbl AS double) AS "origin_lbl",
  nullif(nullif(x_edge_result_type, '-'), '') AS "result",
  nullif(nullif(x_edge_response_result_type, '-'), '') AS "response_result",
  nullif(nullif(x_edge_detailed_result_type, '-'), '') AS "detailed_result",
  CASE WHEN nullif(try_cast(sc_status AS integer), 0) IS NULL OR x_edge_detailed_result_type IN ('ClientCommError', 'ClientHungUpRequest') OR (x_edge_result_type = 'Error' AND x_edge_response_result_type NOT IN ('Error', '-', '')) THEN 'client abort' WHEN x_edge_detailed_result_type LIKE 'Origin%Error' OR x_edge_detailed_result_type IN ('AbortedOrigin', 'SlowReaderOriginError') THEN 'origin' WHEN x_edge_result_type IN ('CapacityExceeded', 'LimitExceeded') OR x_edge_result_type LIKE 'Lambda%Error' OR x_edge_result_type LIKE 'LambdaLimit%' OR x_edge_result_type LIKE 'Function%Error' THEN 'edge' WHEN try_cast(sc_status AS integer) BETWEEN 400 AND 499 OR x_edge_detailed_result_type LIKE 'Invalid%' OR x_edge_detailed_result_type = 'ClientGeoBlocked' THEN 'viewer' WHEN try_cast(sc_status AS integer) >= 500 THEN 'origin' END AS "fault",
  nullif(x_edge_location, '-') AS "pop",
  CASE WHEN substr(x_edge_location, 1, 3) IN ('ANC', 'ATL', 'AUS', 'BNA', 'BOS', 'CLT', 'CMH', 'DEN', 'DFW', 'DTW', 'EWR', 'HIO', 'HNL', 'IAD', 'IAH', 'IND', 'JAX', 'JFK', 'LAS', 'LAX', 'MCI', 'MEX', 'MIA', 'MSP', 'ORD', 'PDX', 'PHL', 'PHX', 'PIT', 'QRO', 'SAN', 'SEA', 'SFO', 'SJC', 'SLC', 'TPA', 'YTO', 'YUL', 'YVR', 'YYC', 'YYZ') THEN 'us' WHEN substr(x_edge_location, 1, 3) IN ('AMS', 'ARN', 'ATH', 'BCN', 'BER', 'BHX', 'BRU', 'BUD', 'CDG', 'CPH', 'DUB', 'DUS', 'EDI', 'FCO', 'FRA', 'GVA', 'HAM', 'HEL', 'IST', 'KBP', 'LHR', 'LIS', 'MAD', 'MAN', 'MRS', 'MUC', 'MXP', 'ORK', 'OSL', 'OTP', 'PMO', 'PRG', 'SOF', 'TLL', 'TLV', 'TXL', 'VIE', 'VNO', 'WAW', 'ZAG', 'ZRH') THEN 'europe' WHEN substr(x_edge_location, 1, 3) IN ('AMM', 'BAH', 'CAI', 'CPT', 'DOH', 'DXB', 'FJR', 'JED', 'JNB', 'KWI', 'LOS', 'MCT', 'NBO', 'RUH') THEN 'africa' WHEN substr(x_edge_location, 1, 3) IN ('BOG', 'CWB', 'EZE', 'FOR', 'GIG', 'GRU', 'LIM', 'MVD', 'POA', 'SCL', 'SSA', 'UIO') THEN 'south-america' WHEN substr(x_edge_location, 1, 3) IN ('FUK', 'HND', 'ITM', 'KIX', 'NRT') THEN 'japan' WHEN substr(x_edge_location, 1, 3) IN ('ADL', 'AKL', 'BNE', 'MEL', 'PER', 'SYD', 'WLG') THEN 'australia' WHEN substr(x_edge_location, 1, 3) IN ('BKK', 'CGK', 'CMB', 'DAC', 'HAN', 'HKG', 'ICN', 'KUL', 'MNL', 'PNH', 'SEL', 'SGN', 'SIN', 'TPE') THEN 'asia' WHEN substr(x_edge_location, 1, 3) IN ('AMD', 'BLR', 'BOM', 'CCU', 'COK', 'DEL', 'HYD', 'MAA', 'NAG', 'PNQ') THEN 'india' END AS "region",
  nullif(c_country, '-') AS "country",
  try_cast(asn AS bigint) AS "asn",
  CAST(NULL AS varchar) AS "client_ip",
  try_cast(c_port AS integer) AS "client_port",
  CAST(NULL AS varchar) AS "forwarded_for",
  CAST(NULL AS varchar) AS "visitor",
  try(url_decode(url_decode(replace(nullif(cs_user_agent, '-'), '+', '%252B')))) AS "user_agent",
  CAST(NULL AS varchar) AS "browser",
  CAST(NULL AS varchar) AS "device",
  CAST(NULL AS varchar) AS "bot",
  CAST(NULL AS varchar) AS "referrer",
  lower(try(url_extract_host(url_decode(nullif(cs_referer, '-'))))) AS "referrer_host",
  CAST(NULL AS varchar) AS "cookie",
  nullif(ssl_protocol, '-') AS "tls_protocol",
  nullif(ssl_cipher, '-') AS "tls_cipher",
  nullif(fle_status, '-') AS "fle_status",
  try_cast(fle_encrypted_fields AS integer) AS "fle_fields",
  nullif(cache_behavior_path_pattern, '-') AS "behavior",
  CAST(NULL AS varchar) AS "image_recipe",
  CAST(NULL AS integer) AS "image_width",
  regexp_extract(lower(nullif(sc_content_type, '-')), '^image/(?:x-)?([a-z0-9]+)', 1) AS "image_format",
  try(url_decode(replace(nullif(viewer_request_log_data, '-'), '+', '%2B'))) AS "viewer_request_log",
  try(url_decode(replace(nullif(viewer_response_log_data, '-'), '+', '%2B'))) AS "viewer_response_log",
  nullif(connection_id, '-') AS "connection_id",
  "$path" AS "file",
  "dt"
FROM "cdn"."raw_w3c"
WHERE date_add('millisecond', coalesce(try_cast(timestamp_ms AS bigint) % 1000, 0), try(date_parse("date" || ' ' || "time", '%Y-%m-%d %H:%i:%s'))) IS NOT NULL
