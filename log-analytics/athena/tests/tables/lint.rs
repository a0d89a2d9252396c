//! The known mistakes, in tables that have them, and none in those that are generated.

use jiff::civil::{Date, date};
use log_athena::lint::{Emptiness, Finding, RULES, lint, no_rows};
use log_athena::{RawFormat, Table, parse_table};

use crate::samples::{compacted, version_1, version_2};

const TODAY: Date = date(2026, 11, 23);

#[test]
fn what_is_generated_has_none() {
    let formats = [RawFormat::W3c, RawFormat::Plain, RawFormat::Json, RawFormat::Parquet];
    let tables = formats.map(|format| version_2("raw", format).table());
    for table in tables.iter().chain([&version_1("raw").table(), &compacted().table()]) {
        assert_eq!(lint(table, TODAY), Vec::new(), "{table:?}");
    }
}

/// A table with all mistakes of the examples that are copied everywhere: one a clause.
const THEIRS: &str = r#"
CREATE EXTERNAL TABLE IF NOT EXISTS `cdn`.`theirs` (
  `date` string,
  `time` string,
  `x_edge_location` string,
  `sc_bytes` int,
  `c_ip` string,
  `cs_method` string,
  `cs_host` string,
  `time_taken` bigint
)
PARTITIONED BY (distributionid string, year int, month int, day int, hour int)
ROW FORMAT SERDE 'org.apache.hadoop.hive.serde2.lazy.LazySimpleSerDe'
WITH SERDEPROPERTIES ('field.delim"' = '\t', 'field.delim' = ',', 'escape.delim' = '\\')
LOCATION 's3://logs/AWSLogs/aws-account-id=1/CloudFront'
TBLPROPERTIES (
  'skip.header.line.count' = '2',
  'projection.enabled' = 'true',
  'projection.distributionid.type' = 'enum',
  'projection.distributionid.values' = 'E1, E2',
  'projection.year.type' = 'integer',
  'projection.year.range' = '2019,2025',
  'projection.month.type' = 'integer',
  'projection.month.range' = '01,12',
  'projection.month.digits' = '2',
  'projection.day.type' = 'integer',
  'projection.day.range' = '01,31',
  'projection.days.type' = 'integer',
  'projection.hour.type' = 'integer',
  'projection.hour.range' = '01,12',
  'projection.hour.digits' = '2',
  'storage.location.template' = 's3://logs/AWSLogs/aws-account-id=1/CloudFront/${distributionid}/${year}/${month}/${day}',
)
"#;

#[test]
fn every_mistake_is_told_with_the_line_that_mends_it() {
    let found = lint(&parse_table(THEIRS).unwrap(), TODAY);
    insta::assert_snapshot!(told(&found), @r#"
    part-range: 'projection.hour.range' = '01,12' -> 'projection.hour.range' = '00,23'
    range-ended: 'projection.year.range' = '2019,2025' -> 'projection.year.range' = '2019,2100'
    projection-of-no-key: 'projection.days.type' = 'integer' -> leave it out
    digits: there is no 'projection.day.digits' -> 'projection.day.digits' = '2'
    enum-space: 'projection.distributionid.values' = 'E1, E2' -> 'projection.distributionid.values' = 'E1,E2'
    partition-type: PARTITIONED BY (`year` int) -> PARTITIONED BY (`year` string)
    partition-type: PARTITIONED BY (`month` int) -> PARTITIONED BY (`month` string)
    partition-type: PARTITIONED BY (`day` int) -> PARTITIONED BY (`day` string)
    partition-type: PARTITIONED BY (`hour` int) -> PARTITIONED BY (`hour` string)
    location-slash: LOCATION 's3://logs/AWSLogs/aws-account-id=1/CloudFront' -> LOCATION 's3://logs/AWSLogs/aws-account-id=1/CloudFront/'
    template-slash: 'storage.location.template' = 's3://logs/AWSLogs/aws-account-id=1/CloudFront/${distributionid}/${year}/${month}/${day}' -> 'storage.location.template' = 's3://logs/AWSLogs/aws-account-id=1/CloudFront/${distributionid}/${year}/${month}/${day}/'
    template-keys: 'storage.location.template' = 's3://logs/AWSLogs/aws-account-id=1/CloudFront/${distributionid}/${year}/${month}/${day}' -> 'storage.location.template' = 's3://logs/AWSLogs/aws-account-id=1/CloudFront/${distributionid}/${year}/${month}/${day}/${hour}/'
    hive-template: 'storage.location.template' = 's3://logs/AWSLogs/aws-account-id=1/CloudFront/${distributionid}/${year}/${month}/${day}' -> 'storage.location.template' = 's3://logs/AWSLogs/aws-account-id=1/CloudFront/distributionid=${distributionid}/year=${year}/month=${month}/day=${day}'
    header-skip: 'skip.header.line.count' = '2' -> leave it out
    escape: 'escape.delim' = '\\' -> leave it out
    delimiter: 'field.delim' = ',' -> 'field.delim' = '\t'
    stray-quote: 'field.delim"' = '\t' -> 'field.delim' = '\t'
    column-type: `sc_bytes` int -> `sc_bytes` bigint
    column-type: `time_taken` bigint -> `time_taken` double
    "#);
}

#[test]
fn other_tables_have_others() {
    for (sql, want) in [
        (
            "CREATE EXTERNAL TABLE t (a int) PARTITIONED BY (dt string) LOCATION 's3://b/'
             TBLPROPERTIES ('projection.dt.type'='date')",
            "projection-off: there is no 'projection.enabled' -> 'projection.enabled' = 'true'",
        ),
        (
            "CREATE EXTERNAL TABLE t (a int) PARTITIONED BY (dt string) LOCATION 's3://b/'
             TBLPROPERTIES ('projection.enabled'='TRUE')",
            "key-without-projection: there is no 'projection.dt.type' -> 'projection.dt.type' = 'date'",
        ),
        (
            "CREATE EXTERNAL TABLE t (a int) PARTITIONED BY (dt string) LOCATION 's3://b/'
             TBLPROPERTIES ('projection.enabled'='true', 'projection.dt.type'='date',
             'projection.dt.format'='yyyy/MM/dd/HH', 'projection.dt.range'='2025/01/01/00,2027/01/31/23',
             'projection.dt.interval.unit'='HOURS', 'projection.dt.interval'='1')",
            "range-ends-soon: 'projection.dt.range' = '2025/01/01/00,2027/01/31/23' -> 'projection.dt.range' = '2025/01/01/00,NOW+1DAYS'",
        ),
        (
            "CREATE EXTERNAL TABLE t (a int) PARTITIONED BY (dt string) LOCATION 's3://b/'
             TBLPROPERTIES ('projection.enabled'='true', 'projection.dt.type'='date',
             'projection.dt.format'='yyyy/MM/dd/HH', 'projection.dt.range'='2025/01/01/00,NOW')",
            "interval: there is no 'projection.dt.interval.unit' -> 'projection.dt.interval.unit' = 'HOURS'",
        ),
        (
            "CREATE EXTERNAL TABLE t (date string, time string, x_edge_location string, sc_bytes bigint,
             cs_method string) ROW FORMAT SERDE 'org.apache.hadoop.hive.serde2.OpenCSVSerde' LOCATION 's3://b/'",
            "quotes: ROW FORMAT SERDE 'org.apache.hadoop.hive.serde2.OpenCSVSerde' -> ROW FORMAT DELIMITED FIELDS TERMINATED BY '\\t'
column-order: column 5 is `cs_method` -> `c_ip` string",
        ),
        (
            "CREATE EXTERNAL TABLE t (`timestamp(ms)` string, x_edge_location string, `cs_host` string, sc_bytes string)
             ROW FORMAT SERDE 'org.openx.data.jsonserde.JsonSerDe'
             WITH SERDEPROPERTIES ('mapping.x_edge_location'='x-edge-location', 'mapping.sc_bytes'='sc-bytes')
             LOCATION 's3://b/'",
            "json-names: there is no 'mapping.cs_host' -> 'mapping.cs_host' = 'cs(Host)'",
        ),
        (
            "CREATE EXTERNAL TABLE t (x_edge_result_type string, sc_bytes bigint, cs_method string) STORED AS PARQUET LOCATION 's3://b/'",
            "column-type: `sc_bytes` bigint -> `sc_bytes` string",
        ),
    ] {
        assert_eq!(told(&lint(&parse_table(sql).unwrap(), TODAY)), want, "{sql}");
    }
}

/// The table that is published for real-time logs: `s-ip` is left out, seconds are whole numbers,
/// and two lines of every file are passed over that are no header.
#[test]
fn the_published_table_for_real_time_logs_has_three() {
    let names = [
        "timestamp",
        "c_ip",
        "time_to_first_byte",
        "sc_status",
        "sc_bytes",
        "cs_method",
        "cs_protocol",
        "cs_host",
        "cs_uri_stem",
        "cs_bytes",
        "x_edge_location",
        "x_edge_request_id",
        "x_host_header",
        "time_taken",
        "cs_protocol_version",
        "c_ip_version",
        "cs_user_agent",
        "cs_referer",
        "cs_cookie",
        "cs_uri_query",
        "x_edge_response_result_type",
        "x_forwarded_for",
        "ssl_protocol",
        "ssl_cipher",
        "x_edge_result_type",
        "fle_encrypted_fields",
        "fle_status",
        "sc_content_type",
        "sc_content_len",
        "sc_range_start",
        "sc_range_end",
        "c_port",
        "x_edge_detailed_result_type",
        "c_country",
    ];
    let kind = |name: &&str| match *name {
        "time_to_first_byte" | "time_taken" | "sc_bytes" | "cs_bytes" => "bigint",
        _ => "string",
    };
    let columns: Vec<String> =
        names.iter().map(|name| format!("`{name}` {}", kind(name))).collect();
    let sql = format!(
        "CREATE EXTERNAL TABLE rt ({}) ROW FORMAT DELIMITED FIELDS TERMINATED BY '\\t'
         LOCATION 's3://b/' TBLPROPERTIES ('skip.header.line.count'='2')",
        columns.join(",")
    );
    assert_eq!(
        told(&lint(&parse_table(&sql).unwrap(), TODAY)),
        "header-skip: 'skip.header.line.count' = '2' -> leave it out\n\
         column-order: column 3 is `time_to_first_byte` -> `s_ip` string\n\
         column-type: `time_to_first_byte` bigint -> `time_to_first_byte` double\n\
         column-type: `time_taken` bigint -> `time_taken` double"
    );
}

#[test]
fn no_rows_are_explained() {
    let good = version_2("raw", RawFormat::W3c).table();
    let keys = |text: &str| vec![text.to_owned()];
    let below = "AWSLogs/111122223333/CloudFront";
    let there = keys(&format!("{below}/aurora/2026/11/23/07/a.gz"));
    assert_eq!(no_rows(&good, &there, TODAY), Emptiness::NoMatch);
    assert!(matches!(no_rows(&good, &[], TODAY), Emptiness::NoFiles { .. }));
    let hive = keys(&format!("{below}/distributionid=E1/year=2026/month=11/day=23/hour=07/a.gz"));
    assert!(matches!(no_rows(&good, &hive, TODAY), Emptiness::Elsewhere { .. }));
    let mut ended = good;
    ended
        .parameters
        .insert("projection.dt.range".to_owned(), "2024/01/01/00,2025/12/31/23".to_owned());
    let found = no_rows(&ended, &there, TODAY);
    assert_eq!(
        found.to_string(),
        "raw: 'projection.dt.range' = '2024/01/01/00,2025/12/31/23'; it should be \
         'projection.dt.range' = '2024/01/01/00,NOW+1DAYS' (a question for later days gives no rows \
         and no error; published examples end with 2025 and 2026)"
    );
}

#[test]
fn names_of_rules_are_said_once() {
    let mut names: Vec<&str> = RULES.iter().map(|rule| rule.name).collect();
    names.sort_unstable();
    names.dedup();
    assert_eq!(names.len(), RULES.len());
}

#[test]
fn of_a_view_nothing_is_said() {
    let view = Table { table_type: "VIRTUAL_VIEW".to_owned(), ..parse_table(THEIRS).unwrap() };
    assert_eq!(lint(&view, TODAY), Vec::new());
}

fn told(found: &[Finding]) -> String {
    let mend = |it: &Finding| it.mend.clone().unwrap_or_else(|| "leave it out".to_owned());
    let line = |it: &Finding| format!("{}: {} -> {}", it.rule, it.what, mend(it));
    found.iter().map(line).collect::<Vec<_>>().join("\n")
}
