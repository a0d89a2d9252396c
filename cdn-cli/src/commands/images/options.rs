//! `cdn-cli images options`: every option of a URL.

use edge_resizer::recipe::{OptionRow, options};
use serde::Serialize;

use crate::cli::{OptionsArgs, WIDTH};
use crate::exit::ExitStatus;
use crate::printer::{Io, wrap};

/// An option as `--json` prints it.
#[derive(Serialize)]
struct Row {
    name: &'static str,
    alias: Option<&'static str>,
    values: &'static str,
    default: &'static str,
    summary: &'static str,
    supported: bool,
}

/// Prints the table.
pub(crate) fn run(args: &OptionsArgs, io: &mut Io<'_>) -> anyhow::Result<ExitStatus> {
    if args.json {
        let rows: Vec<_> = options().iter().map(Row::of).collect();
        io.stdout.line(serde_json::to_string_pretty(&rows)?)?;
        return Ok(ExitStatus::Done);
    }
    for row in options() {
        for line in wrap(&heading(row), WIDTH) {
            io.stdout.line(line)?;
        }
        for line in wrap(row.summary, WIDTH - 4) {
            io.stdout.line(format_args!("    {line}"))?;
        }
    }
    Ok(ExitStatus::Done)
}

fn heading(row: &OptionRow) -> String {
    let alias = row.alias.map_or_else(String::new, |alias| format!(" ({alias})"));
    format!("{}{alias} = {}  [default: {}]", row.name, row.values, row.default)
}

impl Row {
    fn of(row: &OptionRow) -> Self {
        Self {
            name: row.name,
            alias: row.alias,
            values: row.values,
            default: row.default,
            summary: row.summary,
            supported: row.is_supported(),
        }
    }
}
