CREATE EXTERNAL TABLE IF NOT EXISTS `cdn`.`raw_parquet` (
  `date` string,
  `time` string,
  `x_edge_location` string,
  `sc_bytes` string,
  `c_ip` string,
  `cs_method` string,
  `cs_host` string,
  `cs_uri_stem` string,
  `sc_status` string,
  `cs_referer` string,
  `cs_user_agent` string,
  `cs_uri_query` string,
  `cs_cookie` string,
  `x_edge_result_type` string,
  `x_edge_request_id` string,
  `x_host_header` string,
  `cs_protocol` string,
  `cs_bytes` string,
  `time_taken` string,
  `x_forwarded_for` string,
  `ssl_protocol` string,
  `ssl_cipher` string,
  `x_edge_response_result_type` string,
  `cs_protocol_version` string,
  `fle_status` string,
  `fle_encrypted_fields` string,
  `c_port` string,
  `time_to_first_byte` string,
  `x_edge_detailed_result_type` string,
  `sc_content_type` string,
  `sc_content_len` string,
  `sc_range_start` string,
  `sc_range_end` string,
  `c_country` string,
  `cache_behavior_path_pattern` string,
  `distribution_tenant_id` string,
  `connection_id` string,
  `timestamp` string,
  `timestamp_ms` string,
  `origin_fbl` string,
  `origin_lbl` string,
  `asn` string,
  `distributionid` string,
  `viewer_request_log_data` string,
  `viewer_response_log_data` string
)
COMMENT 'CloudFront\'s standard logs, version 2, Parquet: all columns as text'
PARTITIONED BY (`folder` string, `dt` string)
ROW FORMAT SERDE 'org.apache.hadoop.hive.ql.io.parquet.serde.ParquetHiveSerDe'
STORED AS INPUTFORMAT 'org.apache.hadoop.hive.ql.io.parquet.MapredParquetInputFormat'
OUTPUTFORMAT 'org.apache.hadoop.hive.ql.io.parquet.MapredParquetOutputFormat'
LOCATION 's3://shops-logs-111122223333/AWSLogs/111122223333/CloudFront/'
TBLPROPERTIES (
  'projection.dt.format' = 'yyyy/MM/dd/HH',
  'projection.dt.interval' = '1',
  'projection.dt.interval.unit' = 'HOURS',
  'projection.dt.range' = 'NOW-400DAYS,NOW+1HOURS',
  'projection.dt.type' = 'date',
  'projection.enabled' = 'true',
  'projection.folder.type' = 'enum',
  'projection.folder.values' = 'aurora,vega',
  'storage.location.template' = 's3://shops-logs-111122223333/AWSLogs/111122223333/CloudFront/${folder}/${dt}/'
)
