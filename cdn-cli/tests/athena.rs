//! `cdn-cli logs --engine athena` as a person has it: the command itself, and a server that speaks
//! Athena's protocol.

#![expect(clippy::expect_used, reason = "a suite ends where its own set-up fails")]

#[expect(dead_code, reason = "the client's own tests ask for more of it")]
#[path = "../../log-analytics/athena/tests/client/front.rs"]
mod front;
#[path = "../../log-analytics/athena/tests/client/script.rs"]
mod script;

use std::process::{Output, Stdio};

use log_athena::{Compacted, Location, Table, View};
use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::process::Command;

use front::Front;
use script::Script;

/// What the engine says to EXPLAIN of a question over compacted logs.
const PLAN: &str = r#"{ "inputTableColumnInfos" : [ { "table" : { "catalog" : "awsdatacatalog",
 "schemaTable" : { "schema" : "cdn", "table" : "compacted" } } } ] }"#;

fn compacted() -> Compacted {
    let location = Location::parse("s3://shops-days/days").expect("a folder");
    Compacted { name: "compacted".to_owned(), location, from: "2026-01-01".to_owned() }
}

/// A table as Athena tells it.
fn told(table: &Table) -> Value {
    let storage = &table.storage_descriptor;
    let mut parameters = json!(table.parameters);
    let library = &storage.serde.serialization_library;
    // A view has neither; a null among parameters is nothing that Athena sends.
    for (name, value) in [("location", &storage.location), ("serde.serialization.lib", library)] {
        if let Some(value) = value {
            parameters[name] = json!(value);
        }
    }
    json!({
        "Name": table.name, "TableType": table.table_type, "Columns": storage.columns,
        "PartitionKeys": table.partition_keys, "Parameters": parameters,
    })
}

/// An account with three days of compacted logs, and a question that is answered so.
async fn account(script: Script, bytes_a_day: u64) -> Front {
    let plan = Script::answered(&[("Query Plan", "varchar")], &[&[Some(PLAN)]]);
    let plan = Script { kind: "UTILITY", ..plan.seen(&[("SUCCEEDED", 0)]) };
    let front = Front::with("EXPLAIN", plan).await;
    for day in 1..4 {
        let key = format!("days/day=2026-11-0{day}/requests.parquet");
        front.put("shops-days", &key, bytes_a_day);
    }
    let mut world = front.world();
    world.scripts.push(("FROM requests", script));
    let view = View::over_compacted("requests", "cdn", &compacted()).table();
    for table in [compacted().table(), view] {
        world.tables.insert(("cdn".to_owned(), table.name.clone()), told(&table));
    }
    drop(world);
    front
}

fn command(front: &Front, folder: &TempDir, arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_cdn-cli"));
    command
        .args(arguments)
        .args(["--engine", "athena", "--database", "cdn", "--workgroup", "shops-athena"])
        .current_dir(folder.path())
        .env_clear()
        .envs([
            ("AWS_ENDPOINT_URL", front.endpoint.as_str()),
            ("AWS_ACCESS_KEY_ID", "test"),
            ("AWS_SECRET_ACCESS_KEY", "test"),
        ])
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .kill_on_drop(true);
    command
}

async fn run(front: &Front, folder: &TempDir, arguments: &[&str]) -> Output {
    command(front, folder, arguments).output().await.expect("the command starts")
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).expect("text")
}

fn days() -> Script {
    Script::answered(
        &[("step", "timestamp"), ("requests", "bigint"), ("hit_percent", "double")],
        &[
            &[Some("2026-11-01 00:00:00.000"), Some("1200"), Some("97.5")],
            &[Some("2026-11-02 00:00:00.000"), Some("900"), None],
        ],
    )
}

#[tokio::test]
async fn what_athena_has_no_table_for_is_told_before_it_is_asked() {
    let front = account(days(), 1 << 30).await;
    let folder = tempfile::tempdir().unwrap();
    let sql = ["logs", "sql", "SELECT count(*) FROM Images_Made"];
    for arguments in [&["logs", "report", "image-savings"], &sql] {
        let ran = run(&front, &folder, arguments).await;
        let told = text(&ran.stderr);
        assert_eq!(ran.status.code(), Some(2), "{told}");
        assert!(told.starts_with("error: Athena has no table `images_made`: "), "{told}");
    }
    assert!(front.world().asked.is_empty());
}

#[tokio::test]
async fn a_report_is_answered_and_its_cost_told() {
    let script = days().seen(&[("RUNNING", 1 << 20), ("SUCCEEDED", 64 << 20)]);
    let front = account(script, 1 << 30).await;
    let folder = tempfile::tempdir().unwrap();
    let arguments = [
        "logs",
        "report",
        "traffic",
        "--from",
        "2026-11-01",
        "--to",
        "2026-11-03",
        "--site",
        "o'hara",
        "--format",
        "csv",
        "--bill",
        "bill.json",
    ];
    let ran = run(&front, &folder, &arguments).await;
    assert_eq!(ran.status.code(), Some(0), "{}", text(&ran.stderr));
    assert_eq!(
        text(&ran.stdout),
        "step,requests,hit_percent\r\n2026-11-01 00:00:00,1200,97.5\r\n2026-11-02 00:00:00,900,\r\n"
    );
    // Two of three days, of which Parquet's columns are a part.
    assert_eq!(
        text(&ran.stderr),
        "2.15 GB in 2 files: about $0.0098\n  compacted is Parquet: of that only the columns that are \
         asked for are read\n67.1 MB read: $0.0003 (waited 0.3 s, ran 1.2 s, q-1)\n"
    );
    let bill: Value =
        serde_json::from_slice(&std::fs::read(folder.path().join("bill.json")).unwrap()).unwrap();
    assert_eq!(bill["bytes"], 64 << 20);
    assert_eq!(bill["estimate"]["bytes"], 2_u64 << 30);
    assert_eq!(bill["estimate"]["doubts"][0]["doubt"], "columns");
    let started = front.asked("StartQueryExecution");
    let [explained, asked] = &started[..] else { panic!("{started:?}") };
    assert!(explained["QueryString"].as_str().unwrap().contains("site LIKE 'o''hara'"));
    assert_eq!(asked["WorkGroup"], "shops-athena");
    let sql = asked["QueryString"].as_str().unwrap();
    assert!(sql.contains("WHERE \"day\" >= '2026-11-01' AND \"day\" <= '2026-11-02'"), "{sql}");
    assert!(sql.contains("WHERE ts >= ? AND ts < ? AND site LIKE ?"), "{sql}");
    let values =
        ["TIMESTAMP '2026-11-01 00:00:00'", "TIMESTAMP '2026-11-03 00:00:00'", "'o''hara'"];
    assert_eq!(asked["ExecutionParameters"], json!(values));
    // Two weeks after the period nothing can come any more.
    let reuse = &asked["ResultReuseConfiguration"]["ResultReuseByAgeConfiguration"];
    assert_eq!(reuse["Enabled"], jiff::Timestamp::now().as_second() > 1_793_836_800);
}

#[tokio::test]
async fn what_costs_more_than_the_limit_is_agreed_to_first() {
    let front = account(days(), 1 << 40).await;
    let folder = tempfile::tempdir().unwrap();
    let sql = "SELECT status, count(*) FROM requests GROUP BY 1";
    let ran = run(&front, &folder, &["logs", "sql", sql, "--max-cost", "14.5"]).await;
    assert_eq!(ran.status.code(), Some(2));
    assert!(
        text(&ran.stderr).starts_with("3.30 TB in 3 files: about $15.00\n"),
        "{}",
        text(&ran.stderr)
    );
    assert!(text(&ran.stderr).contains("nobody is there to agree"), "{}", text(&ran.stderr));
    assert_eq!(front.asked("StartQueryExecution").len(), 1, "EXPLAIN alone");
    for agreed in
        [&["--yes"][..], &["--max-cost", "16"], &["--days", "2026-11-03..", "--max-cost", "6"]]
    {
        let ran = run(&front, &folder, &[&["logs", "sql", sql][..], agreed].concat()).await;
        assert_eq!(ran.status.code(), Some(0), "{agreed:?}: {}", text(&ran.stderr));
    }
}

#[tokio::test]
async fn an_interrupt_ends_the_question_and_tells_what_it_cost() {
    let script = days().seen(&[("QUEUED", 0), ("RUNNING", 300 << 20)]);
    let front = account(script, 1 << 20).await;
    let folder = tempfile::tempdir().unwrap();
    let sql = "SELECT count(*) FROM requests";
    let child = command(&front, &folder, &["logs", "sql", sql]).spawn().unwrap();
    // EXPLAIN was looked at once; this is the question's second look.
    front.hears("GetQueryExecution", 3).await;
    let id = child.id().expect("it runs").to_string();
    let sent = Command::new("kill").args(["-INT", &id]).status().await.unwrap();
    assert!(sent.success());
    let ran = child.wait_with_output().await.unwrap();
    assert_eq!(ran.status.code(), Some(2));
    let said = text(&ran.stderr);
    let want = "error: the question was ended; it had read 315 MB, which costs $0.0014 (q-1)\n";
    assert!(said.ends_with(want), "{said}");
    assert_eq!(front.asked("StopQueryExecution"), [json!({ "QueryExecutionId": "q-1" })]);
}

#[tokio::test]
async fn a_mistake_in_the_sql_costs_nothing() {
    let front = account(days(), 1 << 30).await;
    let reason = "COLUMN_NOT_FOUND: line 3:8: Column 'sight' cannot be resolved";
    front.world().scripts[0].1 = Script::one()
        .seen(&[("FAILED", 0)])
        .because("COLUMN_NOT_FOUND: line 3:8: Column 'sight' cannot be resolved", false);
    let folder = tempfile::tempdir().unwrap();
    let ran = run(&front, &folder, &["logs", "sql", "SELECT sight FROM requests"]).await;
    assert_eq!(ran.status.code(), Some(2));
    let said = text(&ran.stderr);
    assert!(said.starts_with(&format!("error: {reason}\n")), "{said}");
    assert!(said.contains("hint: docs/logs.md lists the columns"), "{said}");
    assert_eq!(front.asked("StartQueryExecution").len(), 1);
}

#[tokio::test]
async fn no_rows_are_explained() {
    let front = account(Script::answered(&[("n", "bigint")], &[]), 1 << 20).await;
    let folder = tempfile::tempdir().unwrap();
    let sql = "SELECT count(*) AS n FROM requests HAVING count(*) > 0";
    let ran = run(&front, &folder, &["logs", "sql", sql, "--format", "json"]).await;
    assert_eq!((ran.status.code(), text(&ran.stdout).as_str()), (Some(0), "[]\n"));
    let said = text(&ran.stderr);
    let want = "no rows: the table's files are where it looks: none has a row that was asked for\n";
    assert!(said.ends_with(want), "{said}");
}

#[tokio::test]
async fn tables_that_are_there_are_looked_over() {
    let front = account(days(), 1).await;
    let mut table = compacted().table();
    table.name = "old".to_owned();
    table.parameters.insert("projection.day.range".to_owned(), "2019-01-01,2025-12-31".to_owned());
    table.storage_descriptor.columns.extend(
        ["cs_method", "sc_status", "x_edge_location"]
            .map(|it| log_athena::TableColumn::new(it, "string")),
    );
    front.world().tables.insert(("cdn".to_owned(), "old".to_owned()), told(&table));
    let folder = tempfile::tempdir().unwrap();
    let mut command = Command::new(env!("CARGO_BIN_EXE_cdn-cli"));
    let arguments =
        ["logs", "lint", "--database", "cdn", "--json", "--endpoint-url", &front.endpoint];
    command.args(arguments).current_dir(folder.path()).env_clear();
    command.envs([("AWS_ACCESS_KEY_ID", "test"), ("AWS_SECRET_ACCESS_KEY", "test")]);
    let ran = command.output().await.unwrap();
    assert_eq!(ran.status.code(), Some(1), "{}", text(&ran.stderr));
    let findings: Value = serde_json::from_slice(&ran.stdout).unwrap();
    let rules: Vec<(&str, &str)> = findings
        .as_array()
        .unwrap()
        .iter()
        .map(|it| (it["table"].as_str().unwrap(), it["rule"].as_str().unwrap()))
        .collect();
    assert_eq!(rules, [("old", "range-ended")]);
}

#[tokio::test]
async fn files_and_athena_exclude_each_other() {
    let front = account(days(), 1).await;
    let folder = tempfile::tempdir().unwrap();
    let ran = run(&front, &folder, &["logs", "sql", "SELECT 1", "logs/"]).await;
    assert!(text(&ran.stderr).starts_with("error: Athena reads its tables, and no files\n"));
}
