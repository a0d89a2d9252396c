//! `cdn-cli logs ddl` and `lint`, from outside.

#![expect(clippy::unwrap_used, reason = "clippy's leave for tests does not reach their helpers")]

use std::fs;
use std::process::Output;

use assert_cmd::Command;
use tempfile::TempDir;

const FLEET: &str = r#"
[fleet]
name = "shops"

[defaults]
image_shape = "off"
origin = { http = { url = "https://{name}.origin.example" } }

[[sites]]
name = "aurora"
domains = ["aurora.example"]
tags = { owner = "team-north" }

[[sites]]
name = "vega"
domains = ["vega.example"]
logs = { format = "json" }
"#;

/// A table as a published example has it: hours after noon are never looked into, and each file
/// loses two rows.
const COPIED: &str = r"
CREATE DATABASE cdn;
CREATE EXTERNAL TABLE `cdn`.`copied` (
  `date` string, `time` string, `x_edge_location` string, `sc_bytes` bigint
)
PARTITIONED BY (hour string)
ROW FORMAT DELIMITED FIELDS TERMINATED BY '\t'
LOCATION 's3://logs/cdn/'
TBLPROPERTIES (
  'projection.enabled' = 'true',
  'projection.hour.type' = 'integer',
  'projection.hour.range' = '01,12',
  'projection.hour.digits' = '2',
  'storage.location.template' = 's3://logs/cdn/${hour}/'
);
";

fn folder() -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("fleet.toml"), FLEET).unwrap();
    fs::write(folder.path().join("copied.sql"), COPIED).unwrap();
    folder
}

fn run(folder: &TempDir, arguments: &[&str], stdin: &str) -> Output {
    let mut command = Command::cargo_bin("cdn-cli").unwrap();
    command.args(arguments).current_dir(folder.path()).write_stdin(stdin).output().unwrap()
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).unwrap()
}

#[test]
fn a_fleets_tables_are_printed_and_have_no_mistake() {
    let folder = folder();
    let arguments =
        ["logs", "ddl", "--account", "111122223333", "--compacted", "s3://shops-days/cdn"];
    let printed = run(&folder, &arguments, "");
    assert_eq!(printed.status.code(), Some(0), "{}", text(&printed.stderr));
    let sql = text(&printed.stdout);
    let makes: Vec<&str> = sql.lines().filter(|line| line.starts_with("CREATE")).collect();
    assert_eq!(
        makes,
        [
            "CREATE DATABASE IF NOT EXISTS `shops_logs`;",
            "CREATE EXTERNAL TABLE IF NOT EXISTS `shops_logs`.`raw_w3c` (",
            "CREATE EXTERNAL TABLE IF NOT EXISTS `shops_logs`.`raw_json` (",
            "CREATE EXTERNAL TABLE IF NOT EXISTS `shops_logs`.`compacted` (",
            "CREATE OR REPLACE VIEW \"shops_logs\".\"requests\" AS",
            "CREATE OR REPLACE VIEW \"shops_logs\".\"requests_raw\" AS",
        ]
    );
    let bucket = "'s3://shops-logs-111122223333/AWSLogs/111122223333/CloudFront/${folder}/${dt}/'";
    assert_eq!(sql.matches(bucket).count(), 2, "{sql}");
    let linted = run(&folder, &["logs", "lint", "-"], &sql);
    assert_eq!(linted.status.code(), Some(0), "{}", text(&linted.stdout));
    assert_eq!(text(&linted.stderr), "3 tables: 0 mistakes, 0 pieces of advice\n");
}

#[test]
fn logs_of_version_1_have_a_table_too() {
    let folder = folder();
    let arguments = ["logs", "ddl", "--raw", "s3://old-logs/cdn", "--log-version", "1"];
    let printed = run(&folder, &arguments, "");
    assert_eq!(printed.status.code(), Some(0), "{}", text(&printed.stderr));
    let sql = text(&printed.stdout);
    let tables: Vec<&str> =
        sql.lines().filter(|line| line.starts_with("CREATE EXTERNAL")).collect();
    assert_eq!(tables, ["CREATE EXTERNAL TABLE IF NOT EXISTS `shops_logs`.`raw_legacy` ("]);
    assert!(sql.contains("LOCATION 's3://old-logs/cdn/'") && !sql.contains("projection"), "{sql}");
    assert!(sql.contains("vega.example"), "the fleet's hosts are in the view: {sql}");
    let linted = run(&folder, &["logs", "lint", "-"], &sql);
    assert_eq!(text(&linted.stderr), "1 tables: 0 mistakes, 0 pieces of advice\n");

    let nowhere = ["logs", "ddl", "--account", "111122223333", "--log-version", "1"];
    let told = run(&folder, &nowhere, "");
    assert_eq!(told.status.code(), Some(2));
    assert!(text(&told.stderr).contains("--raw <S3-URL>"), "{}", text(&told.stderr));
    let told = run(&folder, &[&arguments[..], &["--tenants", "E1"]].concat(), "");
    assert!(
        text(&told.stderr).starts_with("error: logs of version 1 have no folders of tenants\n")
    );
}

#[test]
fn a_mistake_is_told_with_the_line_that_mends_it() {
    let folder = folder();
    let linted = run(&folder, &["logs", "lint", "copied.sql"], "");
    assert_eq!(linted.status.code(), Some(1));
    assert_eq!(
        text(&linted.stdout),
        "copied: part-range (wrong): 'projection.hour.range' = '01,12'\n  \
         folders outside of the range are never looked into, and nothing says so; a\n  \
         published example has hours from 01 to 12\n  \
         mend: 'projection.hour.range' = '00,23'\n"
    );
    assert_eq!(text(&linted.stderr), "1 tables: 1 mistakes, 0 pieces of advice\n");
    let told = run(&folder, &["logs", "lint", "--json", "copied.sql"], "");
    let told: serde_json::Value = serde_json::from_slice(&told.stdout).unwrap();
    assert_eq!(told[0]["rule"], "part-range");
    assert_eq!(told[0]["mend"], "'projection.hour.range' = '00,23'");
}

#[test]
fn what_the_catalog_prints_is_read() {
    let folder = folder();
    let table = serde_json::json!({
        "Name": "raw", "DatabaseName": "cdn", "TableType": "EXTERNAL_TABLE", "Owner": "hadoop",
        "CreateTime": "2026-11-01T00:00:00Z",
        "Parameters": { "projection.enabled": "true" },
        "PartitionKeys": [{ "Name": "dt", "Type": "string" }],
        "StorageDescriptor": {
            "Columns": [
                { "Name": "x_edge_location", "Type": "string" },
                { "Name": "cs_method", "Type": "string" },
                { "Name": "sc_status", "Type": "string" },
            ],
            "Location": "s3://logs/cdn/",
            "Compressed": false,
            "SerdeInfo": {
                "SerializationLibrary": "org.apache.hadoop.hive.serde2.lazy.LazySimpleSerDe",
                "Parameters": { "field.delim": "\t", "serialization.format": "\t" },
            },
        },
    });
    for text_of_it in [
        serde_json::json!({ "Table": table }).to_string(),
        serde_json::json!({ "TableList": [table] }).to_string(),
    ] {
        let linted = run(&folder, &["logs", "lint", "--json", "-"], &text_of_it);
        let told: serde_json::Value = serde_json::from_slice(&linted.stdout).unwrap();
        let rules: Vec<&str> =
            told.as_array().unwrap().iter().map(|it| it["rule"].as_str().unwrap()).collect();
        assert!(rules.contains(&"key-without-projection"), "{rules:?}");
    }
}

#[test]
fn what_is_no_table_is_told_with_its_line() {
    let folder = folder();
    let broken = "CREATE DATABASE cdn;\n\nCREATE EXTERNAL TABLE t (a string\nLOCATION 's3://a/';";
    let linted = run(&folder, &["logs", "lint", "-"], broken);
    assert_eq!(linted.status.code(), Some(2));
    assert!(text(&linted.stderr).contains("line 4: `LOCATION` where"), "{}", text(&linted.stderr));
    let linted = run(&folder, &["logs", "lint", "-"], "SELECT 1;");
    assert_eq!(
        text(&linted.stderr),
        "error: there is no table to look over\n\nhint: name a file with CREATE EXTERNAL TABLE, or - \
         for the standard input\n"
    );
}

#[test]
fn a_fleet_that_cannot_be_asked_is_told_why() {
    let folder = folder();
    let silent = FLEET.replace("image_shape", "logs = { enabled = false }\nimage_shape");
    fs::write(folder.path().join("fleet.toml"), silent.replace("logs = { format = \"json\" }", ""))
        .unwrap();
    let printed = run(&folder, &["logs", "ddl", "--account", "111122223333"], "");
    assert_eq!(printed.status.code(), Some(2));
    assert!(text(&printed.stderr).starts_with("error: no site of the fleet has logs\n"));
}
