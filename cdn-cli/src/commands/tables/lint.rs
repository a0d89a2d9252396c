//! `cdn-cli logs lint`: known mistakes in tables over access logs.

use std::fs;
use std::path::Path;

use anyhow::Context as _;
use jiff::Zoned;
use log_athena::lint::{Finding, Severity, lint};
use log_athena::{Table, parse_tables};
use serde::Deserialize;

use crate::cli::{LintTablesArgs, WIDTH};
use crate::exit::ExitStatus;
use crate::hints::Hinted;
use crate::printer::{Io, wrap};

#[cfg(feature = "athena")]
use crate::commands::logs::tables_there;
#[cfg(not(feature = "athena"))]
use tables_named_elsewhere as tables_there;

/// What `aws glue get-table` and `get-tables` print.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Catalog {
    table: Option<Table>,
    #[serde(default)]
    table_list: Vec<Table>,
}

/// Looks over the tables.
pub(super) fn run(args: &LintTablesArgs, io: &mut Io<'_>) -> anyhow::Result<ExitStatus> {
    let mut tables = tables_there(args)?;
    for file in &args.files {
        let text = text_of(file, io)?;
        tables.extend(read(&text).with_context(|| format!("reading {}", file.display()))?);
    }
    if tables.is_empty() {
        return Err(Hinted::error(
            "there is no table to look over",
            "name a file with CREATE EXTERNAL TABLE, or - for the standard input",
        ));
    }
    let today = Zoned::now().date();
    let findings: Vec<Finding> = tables.iter().flat_map(|table| lint(table, today)).collect();
    if args.json {
        io.stdout.line(serde_json::to_string_pretty(&findings)?)?;
    } else {
        print(&findings, io)?;
    }
    let wrong = findings.iter().filter(|it| it.severity == Severity::Wrong).count();
    let advice = findings.len() - wrong;
    io.stderr
        .line(format!("{} tables: {wrong} mistakes, {advice} pieces of advice", tables.len()))?;
    Ok(if wrong == 0 { ExitStatus::Done } else { ExitStatus::No })
}

fn text_of(file: &Path, io: &mut Io<'_>) -> anyhow::Result<String> {
    if file == Path::new("-") {
        let mut text = String::new();
        io.stdin.read_to_string(&mut text).context("reading the standard input")?;
        return Ok(text);
    }
    fs::read_to_string(file).with_context(|| format!("reading {}", file.display()))
}

/// Statements, or JSON.
fn read(text: &str) -> anyhow::Result<Vec<Table>> {
    if !text.trim_start().starts_with('{') {
        return Ok(parse_tables(text)?);
    }
    let catalog: Catalog = serde_json::from_str(text)?;
    Ok(catalog.table.into_iter().chain(catalog.table_list).collect())
}

fn print(findings: &[Finding], io: &mut Io<'_>) -> anyhow::Result<()> {
    for Finding { table, rule, severity, what, why, mend } in findings {
        let severity = match severity {
            Severity::Wrong => "wrong",
            Severity::Advice => "advice",
        };
        io.stdout.line(format!("{table}: {rule} ({severity}): {what}"))?;
        for line in wrap(why, WIDTH - 2) {
            io.stdout.line(format!("  {line}"))?;
        }
        io.stdout.line(match mend {
            Some(mend) => format!("  mend: {mend}"),
            None => "  mend: leave it out".to_owned(),
        })?;
    }
    Ok(())
}

/// Without a client of Athena's, tables are those of files.
#[cfg(not(feature = "athena"))]
#[expect(clippy::unnecessary_wraps, reason = "its twin may fail")]
fn tables_named_elsewhere(_args: &LintTablesArgs) -> anyhow::Result<Vec<Table>> {
    Ok(Vec::new())
}
