//! The statements on the engine that Athena is built on, over files whose truth is known.
//!
//! `TRINO_URL` names a server with a catalog `hive` over local files, such as `cargo xtask trino
//! --keep` starts; without it these tests say that they are skipped. Athena makes tables in Hive's
//! words and this server in its own, so that tables are translated from the same model; the views'
//! SELECT is the very text, but for the catalog before the table's name.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use log_athena::{
    Compacted, Folders, HostSite, Hosts, Input, RawFormat, RawLogs, Table, View, explain_inputs,
    inputs,
};
use log_corpus::{Corpus, Format, Truth, Width};
use serde_json::Value;
use xtask::Client;

use crate::samples::{compacted, hourly, version_1, version_2};

/// A schema of its own for each test, with the folder of its files.
struct Engine {
    client: Client,
    schema: String,
    folder: tempfile::TempDir,
}

impl Engine {
    /// `None`, and a line that says so, where no server is named.
    #[expect(clippy::print_stderr, reason = "it is for who runs the test")]
    fn start(schema: &str) -> Option<Self> {
        let Ok(url) = std::env::var("TRINO_URL") else {
            eprintln!("skipped: TRINO_URL names no server; cargo xtask trino --keep starts one");
            return None;
        };
        let folder = tempfile::tempdir().unwrap();
        let engine = Self { client: Client::new(url), schema: schema.to_owned(), folder };
        engine.run(&format!("CREATE SCHEMA IF NOT EXISTS hive.{schema}"));
        Some(engine)
    }

    fn run(&self, sql: &str) -> Vec<Vec<Value>> {
        self.client.run(sql).unwrap_or_else(|error| panic!("{error}\n{sql}")).rows
    }

    /// Makes a table over a folder of files.
    fn table(&self, table: &Table, folder: &Path) {
        let Self { schema, .. } = self;
        self.run(&format!("DROP TABLE IF EXISTS hive.{schema}.{}", table.name));
        self.run(&translated(table, schema, folder));
        if !table.partition_keys.is_empty() {
            self.find_partitions(&table.name);
        }
    }

    /// This server has no projection: it lists folders that are named as Hive names them.
    fn find_partitions(&self, table: &str) {
        let schema = &self.schema;
        self.run(&format!(
            "CALL hive.system.sync_partition_metadata('{schema}', '{table}', 'FULL')"
        ));
    }

    fn view(&self, view: &View) {
        let Self { schema, .. } = self;
        let sql =
            view.sql.replace(&format!("FROM \"{schema}\""), &format!("FROM hive.\"{schema}\""));
        self.run(&format!("CREATE OR REPLACE VIEW hive.{schema}.{} AS {sql}", view.name));
    }

    /// Rows whose first column is a text and whose others are numbers.
    fn sums(&self, sql: &str) -> BTreeMap<String, Vec<u64>> {
        let sql = sql.replace("FROM requests", &format!("FROM hive.{}.requests", self.schema));
        let row = |row: Vec<Value>| {
            let key = row[0].as_str().unwrap_or("NULL").to_owned();
            (key, row[1..].iter().map(|it| it.as_u64().unwrap_or(0)).collect())
        };
        self.run(&sql).into_iter().map(row).collect()
    }
}

/// The same table in the words of this server's own connector.
fn translated(table: &Table, schema: &str, folder: &Path) -> String {
    let storage = &table.storage_descriptor;
    let kind = |kind: &str| match kind {
        "string" => "varchar",
        "int" => "integer",
        "timestamp" => "timestamp(3)",
        "bigint" => "bigint",
        "double" => "double",
        other => panic!("{other}"),
    };
    let columns = storage.columns.iter().chain(&table.partition_keys);
    let columns: Vec<String> =
        columns.map(|it| format!("\"{}\" {}", it.name, kind(&it.kind))).collect();
    let keys: Vec<String> =
        table.partition_keys.iter().map(|it| format!("'{}'", it.name)).collect();
    let library = storage.serde.serialization_library.as_deref().unwrap_or_default();
    let format = if library.ends_with("ParquetHiveSerDe") {
        "'PARQUET'"
    } else {
        "'TEXTFILE', textfile_field_separator = U&'\\0009'"
    };
    format!(
        "CREATE TABLE hive.{schema}.\"{}\" (\n{}\n) WITH (external_location = 'file://{}', \
         format = {format}, partitioned_by = ARRAY[{}])",
        table.name,
        columns.join(",\n"),
        folder.display(),
        keys.join(", ")
    )
}

fn corpus(format: Format, broken_share: f64) -> Corpus {
    Corpus {
        sites: 20,
        lines: 6_000,
        files: 8,
        formats: vec![format],
        broken_share,
        ..Corpus::default()
    }
}

/// Writes the files, with folders as this server names them: `v2/E1/2026/11/27/10/a.gz` becomes
/// `folder=E1/dt=2026%2F11%2F27%2F10/a.gz`, which stands for the same values.
fn write(corpus: &Corpus, folder: &Path) -> Truth {
    let mut truth = Truth::default();
    for file in corpus.plan().files() {
        let parts: Vec<&str> = file.name.split('/').collect();
        let name = match parts.as_slice() {
            [_, id, year, month, day, hour, name] => {
                format!("folder={id}/dt={year}%2F{month}%2F{day}%2F{hour}/{name}")
            }
            [.., name] => (*name).to_owned(),
            [] => unreachable!("a file has a name"),
        };
        let path = folder.join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, &file.bytes).unwrap();
        truth += &file.truth;
    }
    truth
}

/// Everything of a raw table that its corpus knows the truth of.
#[track_caller]
fn agrees(engine: &Engine, truth: &Truth) {
    let hosts = engine.sums("SELECT host, count(*), sum(bytes) FROM requests GROUP BY 1");
    let want = truth.hosts.iter().map(|(host, it)| (host.clone(), vec![it.rows, it.bytes]));
    assert_eq!(hosts, want.collect());
    let ids = engine.sums("SELECT 'ids', count(DISTINCT request_id) FROM requests");
    assert_eq!(ids["ids"], [truth.ids]);
    let statuses = engine
        .sums("SELECT CAST(coalesce(status, 0) AS varchar), count(*) FROM requests GROUP BY 1");
    let want = truth.statuses.iter().map(|(status, rows)| (status.to_string(), vec![*rows]));
    assert_eq!(statuses, want.collect());
    let details = engine.sums(
        "SELECT detailed_result, count(*) FROM requests WHERE detailed_result IS NOT NULL GROUP BY 1",
    );
    let want = truth.details.iter().map(|(detail, rows)| ((*detail).to_owned(), vec![*rows]));
    assert_eq!(details, want.collect());
}

#[test]
fn raw_tables_of_version_1_give_the_truth() {
    let Some(engine) = Engine::start("athena_version_1") else { return };
    for (name, format) in [
        ("w33", Format::Legacy(Width::W33)),
        ("w35", Format::Legacy(Width::W35)),
        ("w26", Format::Legacy(Width::W26)),
        ("joined", Format::Joined),
        ("headerless", Format::Headerless(Width::W33)),
    ] {
        let folder = engine.folder.path().join(name);
        let truth = write(&corpus(format, 0.0), &folder);
        let logs = version_1(name);
        engine.table(&logs.table(), &folder);
        engine
            .view(&View::over_raw("requests", &engine.schema, &[logs], &Hosts::default()).unwrap());
        agrees(&engine, &truth);
    }
}

#[test]
fn raw_tables_of_version_2_give_the_truth() {
    let Some(engine) = Engine::start("athena_version_2") else { return };
    let truth = write(&corpus(Format::V2, 0.0), engine.folder.path());
    let logs = corpus_logs();
    engine.table(&logs.table(), engine.folder.path());
    let view = View::over_raw("requests", &engine.schema, &[logs], &Hosts::default()).unwrap();
    engine.view(&view);
    agrees(&engine, &truth);
    // What only version 2 has, and what is made of folders.
    let rows = engine.sums(
        "SELECT 'rows', count(ts), count(country), count(asn), count(CASE WHEN
         millisecond(ts) > 0 THEN 1 END), count(dt), count(CASE WHEN dt LIKE '2026/11/%' THEN 1 END)
         FROM requests",
    );
    let [all, countries, networks, millis, folders, dated] = rows["rows"][..] else { panic!() };
    assert_eq!([all, folders, dated], [truth.rows; 3]);
    assert!(countries > truth.rows / 2 && networks > truth.rows / 2 && millis > truth.rows / 2);
    // Which tables a statement reads, the engine tells; views are looked through.
    let statement = format!("SELECT count(*) FROM hive.{}.requests", engine.schema);
    let told = engine.run(&explain_inputs(&statement));
    let want = Input { database: engine.schema.clone(), table: "raw".to_owned() };
    assert_eq!(inputs(told[0][0].as_str().unwrap()), Some(vec![want]));
}

/// The fields of the corpus are not those that CloudFront writes where nobody chose.
fn corpus_logs() -> RawLogs {
    let corpus = corpus(Format::V2, 0.0);
    let first = corpus.plan().files().next().unwrap();
    let mut text = String::new();
    std::io::Read::read_to_string(
        &mut flate2::read::MultiGzDecoder::new(&first.bytes[..]),
        &mut text,
    )
    .unwrap();
    let fields = text.lines().next().unwrap().trim_start_matches("#Fields: ");
    RawLogs {
        layout: hourly(Folders::Any),
        fields: fields.split(' ').map(str::to_owned).collect(),
        ..version_2("raw", RawFormat::W3c)
    }
}

#[test]
fn lines_that_are_none_cost_no_query() {
    let Some(engine) = Engine::start("athena_broken") else { return };
    let truth = write(&corpus(Format::Legacy(Width::W33), 0.05), engine.folder.path());
    let logs = version_1("raw");
    engine.table(&logs.table(), engine.folder.path());
    engine.view(&View::over_raw("requests", &engine.schema, &[logs], &Hosts::default()).unwrap());
    let rows =
        engine.sums("SELECT 'rows', count(*), count(path), count(ts) FROM requests")["rows"][0];
    // A table cannot tell that a line is cut off behind its time, or what its bytes mean.
    let most = truth.rows + truth.broken.truncated + truth.broken.not_utf8;
    assert!((truth.rows..=most).contains(&rows), "{} <= {rows} <= {most}", truth.rows);
    assert!(truth.broken.timeless > 0);
}

#[test]
fn sites_are_those_of_the_fleet() {
    let Some(engine) = Engine::start("athena_sites") else { return };
    let truth = write(&corpus(Format::Legacy(Width::W33), 0.0), engine.folder.path());
    let mut names = truth.hosts.keys();
    let (one, other) = (names.next().unwrap(), names.next().unwrap());
    let mut hosts = Hosts::default();
    let owner = Some("it's ours".to_owned());
    hosts.insert(one, HostSite { name: "one".to_owned(), owner, ..HostSite::default() });
    let wildcard = format!("*.{}", other.split_once('.').unwrap().1);
    let shares_it = |host: &&String| wildcard[1..] == host[host.find('.').unwrap()..];
    let others: u64 = truth
        .hosts
        .keys()
        .filter(shares_it)
        .filter(|host| *host != one)
        .map(|host| truth.hosts[host].rows)
        .sum();
    hosts.insert(&wildcard, HostSite { name: "other".to_owned(), ..HostSite::default() });
    let logs = version_1("raw");
    engine.table(&logs.table(), engine.folder.path());
    engine.view(&View::over_raw("requests", &engine.schema, &[logs], &hosts).unwrap());
    let sites = engine.sums("SELECT site, count(*), count(owner) FROM requests GROUP BY 1");
    assert_eq!(sites["one"], [truth.hosts[one].rows, truth.hosts[one].rows]);
    assert_eq!(sites["other"], [others, 0]);
}

#[test]
fn compacted_logs_give_what_raw_ones_give() {
    let Some(engine) = Engine::start("athena_compacted") else { return };
    let (raw, days) = (engine.folder.path().join("raw"), engine.folder.path().join("days"));
    let truth = write(&corpus(Format::V2, 0.0), &raw);
    fs::create_dir_all(&days).unwrap();
    let logs = RawLogs { name: "raw".to_owned(), ..corpus_logs() };
    engine.table(&logs.table(), &raw);
    let schema = engine.schema.clone();
    engine.view(&View::over_raw("requests_raw", &schema, &[logs], &Hosts::default()).unwrap());
    let table = Compacted { name: "compacted".to_owned(), ..compacted() }.table();
    engine.table(&table, &days);
    let storage = table.storage_descriptor.columns.iter().chain(&table.partition_keys);
    let columns: Vec<String> = storage.map(|it| format!("\"{}\"", it.name)).collect();
    engine.run(&format!(
        "INSERT INTO hive.{schema}.compacted SELECT {} FROM hive.{schema}.requests_raw",
        columns.join(", ")
    ));
    engine.view(&View::over_compacted("requests", &schema, &compacted()));
    agrees(&engine, &truth);
}
