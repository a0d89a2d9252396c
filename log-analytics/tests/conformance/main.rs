//! The embedded engine against the one that Athena is built on: every report, every cell.
//!
//! It needs a server, whose address is in the environment variable `TRINO_URL`, on this machine and
//! with the catalog `hive`: `cargo xtask conformance` starts one, runs this and writes down what came
//! out. Without it the tests say that they were left out.
#![expect(clippy::expect_used, clippy::unwrap_used, reason = "a test that cannot go on stops")]

mod cells;
mod engines;
mod logs;
mod sketches;
mod tables;
mod verdict;

use std::env;
use std::fmt::Write as _;
use std::fs;

use log_analytics::{BUILT_IN, Report, reads_images_made};
use log_corpus::{Format, Width};
use tempfile::TempDir;

use engines::{Embedded, Trino};
use verdict::Verdict;

/// What reports are asked, beside their defaults: a part of the sites, and a part of the day.
const ASKED: [&[(&str, &str)]; 2] =
    [&[], &[("site", "s%"), ("from", "2026-11-27 08:00:00"), ("to", "2026-11-27 14:30:00")]];

#[expect(clippy::print_stderr, reason = "whoever runs the tests has to see what they left out")]
fn trino(schema: &str) -> Option<Trino> {
    let Ok(url) = env::var("TRINO_URL") else {
        eprintln!("left out: `TRINO_URL` names no server; cargo xtask conformance starts one");
        return None;
    };
    Some(Trino::with_schema(&url, schema))
}

#[test]
fn every_report_says_the_same_over_compacted_logs() {
    let Some(trino) = trino("compacted") else { return };
    let folder = TempDir::new().unwrap();
    logs::write(&Format::ALL, 0.001, &folder.path().join("logs"));
    let embedded = Embedded::over(&folder.path().join("logs"));
    tables::compacted(&trino, &embedded, &folder.path().join("compacted"));
    let mut table = String::from(
        "| report | asked | rows | cells | same | sketched | farthest from its rank here, there |\n\
         |---|---|---:|---:|---:|---:|---|\n",
    );
    let mut wrong = Vec::new();
    for (name, _) in BUILT_IN {
        let report = Report::built_in(name).unwrap().unwrap();
        // Athena has no table of what functions logged.
        if reads_images_made(&report.sql) {
            continue;
        }
        for given in ASKED {
            let verdict = compare(&trino, &embedded, &report, given);
            let asked = if given.is_empty() { "defaults" } else { "sites s%, 08:00 to 14:30" };
            writeln!(table, "| {name} | {asked} | {verdict} |").unwrap();
            wrong.extend(verdict.wrong.iter().map(|what| format!("{name}, {asked}: {what}")));
        }
    }
    record("compacted", &table);
    assert!(wrong.is_empty(), "{table}\n{}", wrong.join("\n"));
}

fn compare(trino: &Trino, embedded: &Embedded, report: &Report, given: &[(&str, &str)]) -> Verdict {
    let known = |name: &str| report.parameters.iter().any(|it| it.name == name);
    let given = given.iter().filter(|(name, _)| known(name));
    let given: Vec<_> = given.map(|(a, b)| ((*a).to_owned(), (*b).to_owned())).collect();
    let sql = report.bound(&given).unwrap();
    let theirs = trino.ask(&sql);
    let ours = embedded.ask(&sql);
    if sketches::are_counted_with(&sql) {
        return verdict::of_estimates(&ours, &theirs);
    }
    let exact = sketches::exact(&sql).map(|(sql, marks)| (embedded.ask(&sql), marks));
    verdict::of(&ours, &theirs, exact.as_ref())
}

#[test]
fn every_column_of_a_raw_table_says_the_same() {
    let Some(trino) = trino("raw") else { return };
    let folder = TempDir::new().unwrap();
    let logs = folder.path().join("logs");
    // A line that is no row is none here, and a row of NULLs over a raw table.
    logs::write(&[Format::Legacy(Width::W33)], 0.0, &logs);
    let columns = tables::raw(&trino, &logs);
    let names: Vec<&str> = columns.iter().map(|column| column.name).collect();
    let sql = format!("SELECT {} FROM requests", names.join(", "));
    let (ours, theirs) = (Embedded::over(&logs).ask(&sql), trino.ask(&sql));
    let (table, wrong) = verdict::of_columns(&names, &ours, &theirs);
    record("raw", &table);
    assert!(wrong.is_empty(), "{table}\n{}", wrong.join("\n"));
}

/// Puts down a table where `cargo xtask conformance` looks for it.
fn record(name: &str, table: &str) {
    if let Some(folder) = env::var_os("CONFORMANCE_RESULTS") {
        let file = std::path::Path::new(&folder).join(format!("{name}.md"));
        fs::write(&file, table).expect("the folder is there");
    }
}
