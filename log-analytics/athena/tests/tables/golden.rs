//! The statements as files that a person reads. `UPDATE=1` writes them anew, and fails so that one
//! does.

use std::env;
use std::fs;
use std::path::Path;

use log_athena::{Folders, Hosts, RawFormat, View, create_table, create_view};

use crate::samples::{compacted, hosts, hourly, location, version_1, version_2};

#[test]
fn raw_tables_read_as_they_should() {
    let own_fields = log_athena::RawLogs {
        location: location("s3://shops-logs/v2"),
        layout: hourly(Folders::Any),
        fields: ["timestamp(ms)", "date", "time", "cs(Host)", "asn"].map(str::to_owned).to_vec(),
        ..version_2("raw_json", RawFormat::Json)
    };
    for (name, logs) in [
        ("raw-version-1", version_1("raw_legacy")),
        ("raw-w3c", version_2("raw_w3c", RawFormat::W3c)),
        ("raw-json-own-fields", own_fields),
        ("raw-parquet", version_2("raw_parquet", RawFormat::Parquet)),
    ] {
        is_golden(name, &create_table(&logs.table(), "cdn"));
    }
}

#[test]
fn the_compacted_table_reads_as_it_should() {
    is_golden("compacted", &create_table(&compacted().table(), "cdn"));
}

#[test]
fn views_read_as_they_should() {
    let logs = [version_2("raw_w3c", RawFormat::W3c)];
    let raw = View::over_raw("requests_raw", "cdn", &logs, &hosts()).unwrap();
    is_golden("view-raw", &create_view(&raw));
    let compacted = View::over_compacted("requests", "cdn", &compacted());
    is_golden("view-compacted", &create_view(&compacted));
}

#[test]
fn one_view_asks_all_formats_of_one_folder_name() {
    let logs = [version_2("a", RawFormat::W3c), version_2("b", RawFormat::Json)];
    let view = View::over_raw("requests", "cdn", &logs, &Hosts::default()).unwrap();
    assert_eq!(view.sql.matches("UNION ALL").count(), 1);
    let error = View::over_raw(
        "r",
        "cdn",
        &[version_1("old"), version_2("new", RawFormat::W3c)],
        &Hosts::default(),
    );
    assert_eq!(
        error.unwrap_err().to_string(),
        "`old` and `new` name the folders of their hours differently: one view cannot be asked for a day of both"
    );
}

#[test]
fn a_view_of_the_catalog_holds_its_select() {
    let view = View::over_compacted("requests", "cdn", &compacted());
    let table = view.table();
    let json = serde_json::to_value(&table).unwrap();
    assert_eq!(json["TableType"], "VIRTUAL_VIEW");
    assert_eq!(json["StorageDescriptor"]["Columns"][0]["Type"], "timestamp");
    assert_eq!(View::sql_of(&table).as_deref(), Some(view.sql.as_str()));
}

fn is_golden(name: &str, sql: &str) {
    let file =
        Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("tests/tables/golden/{name}.sql"));
    let there = fs::read_to_string(&file).unwrap_or_default();
    let want = format!("{sql}\n");
    if there != want && env::var_os("UPDATE").is_some() {
        fs::write(&file, &want).unwrap();
    }
    assert_eq!(there, want, "{}: UPDATE=1 writes it anew", file.display());
}
