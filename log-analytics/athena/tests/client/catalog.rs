//! What is there: workgroup, tables, and what a statement reads.

use log_athena::client::Workgroup;
use log_athena::lint::lint;
use log_athena::{DatePath, Folders, Input, Layout, Location, RawFormat, RawLogs, Table};
use serde_json::{Value, json};

use crate::front::Front;
use crate::script::Script;

/// A table as `GetTableMetadata` tells it: what Glue has fields for is among the parameters.
pub(crate) fn metadata(table: &Table) -> Value {
    let storage = &table.storage_descriptor;
    let mut parameters = json!(table.parameters);
    let mut add = |key: &str, value: &Option<String>| {
        if let Some(value) = value {
            parameters[key] = value.clone().into();
        }
    };
    add("location", &storage.location);
    add("inputformat", &storage.input_format);
    add("outputformat", &storage.output_format);
    add("serde.serialization.lib", &storage.serde.serialization_library);
    for (key, value) in &storage.serde.parameters {
        parameters[format!("serde.param.{key}")] = value.clone().into();
    }
    json!({
        "Name": table.name,
        "TableType": table.table_type,
        "Columns": storage.columns,
        "PartitionKeys": table.partition_keys,
        "Parameters": parameters,
    })
}

/// Logs of two sites, in folders of hours.
pub(crate) fn raw() -> Table {
    let path = DatePath::parse("{yyyy}/{MM}/{dd}/{HH}").expect("a path");
    let folders = Folders::Listed(vec!["aurora".to_owned(), "vega".to_owned()]);
    RawLogs {
        name: "raw".to_owned(),
        format: RawFormat::W3c,
        location: Location::parse("s3://shops-logs/v2").expect("a folder"),
        layout: Layout::Dated { folders, path, from: "NOW-400DAYS".to_owned() },
        fields: Vec::new(),
    }
    .table()
}

fn input(table: &str) -> Input {
    Input { database: "cdn".to_owned(), table: table.to_owned() }
}

#[tokio::test]
async fn a_table_of_the_catalog_is_what_it_was_made_of() {
    let front = Front::start().await;
    let mut want = raw();
    let key = ("cdn".to_owned(), "raw".to_owned());
    front.world().tables.insert(key, metadata(&want));
    let (athena, _) = front.athena();
    // Descriptions are not told.
    want.description = None;
    assert_eq!(athena.table(&input("raw")).await.unwrap(), Some(want.clone()));
    assert_eq!(lint(&want, jiff::civil::date(2026, 11, 23)), []);
    assert_eq!(athena.table(&input("gone")).await.unwrap(), None);
}

#[tokio::test]
async fn all_tables_of_a_database_are_listed() {
    let front = Front::start().await;
    for nth in 0..8 {
        let table = Table { name: format!("t{nth}"), ..raw() };
        let key = ("cdn".to_owned(), table.name.clone());
        front.world().tables.insert(key, metadata(&table));
    }
    let (athena, _) = front.athena();
    let names: Vec<String> = athena.tables().await.unwrap().into_iter().map(|it| it.name).collect();
    assert_eq!(names, ["t0", "t1", "t2", "t3", "t4", "t5", "t6", "t7"]);
}

#[tokio::test]
async fn the_engine_tells_what_a_statement_reads() {
    let told = r#"{
  "inputTableColumnInfos" : [ {
    "table" : { "catalog" : "awsdatacatalog",
      "schemaTable" : { "schema" : "cdn", "table" : "raw" } },
    "columnConstraints" : [ ]
  } ]
}"#;
    let rows: Vec<Vec<Option<String>>> =
        told.lines().map(|line| vec![Some(line.to_owned())]).collect();
    let script = Script::answered(&[("Query Plan", "varchar")], &[]).seen(&[("SUCCEEDED", 0)]);
    let script = Script { kind: "UTILITY", rows, ..script };
    let front = Front::with("EXPLAIN (TYPE IO, FORMAT JSON)", script).await;
    let (athena, _) = front.athena();
    let inputs = athena.inputs("SELECT count(*) FROM requests", [3; 16]).await.unwrap();
    assert_eq!(inputs, Some(vec![input("raw")]));
}

#[tokio::test]
async fn a_workgroup_says_what_it_lets_be_asked() {
    let place = json!({ "OutputLocation": "s3://answers/athena" });
    for (configuration, want) in [
        (
            json!({ "ResultConfiguration": place, "BytesScannedCutoffPerQuery": 10_000_000 }),
            Ok(Workgroup {
                name: "primary".to_owned(),
                cutoff: Some(10_000_000),
                keeps_answers: false,
            }),
        ),
        (
            json!({ "ManagedQueryResultsConfiguration": { "Enabled": true } }),
            Ok(Workgroup { name: "primary".to_owned(), cutoff: None, keeps_answers: true }),
        ),
        (json!({}), Err("the workgroup `primary` has no place for answers")),
    ] {
        let front = Front::start().await;
        front.world().workgroup = configuration;
        let (athena, _) = front.athena();
        let got = athena.workgroup().await.map_err(|error| error.to_string());
        assert_eq!(got, want.map_err(str::to_owned));
    }
}
