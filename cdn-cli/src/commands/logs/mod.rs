//! `cdn-cli logs`: questions to access logs.

#[cfg(feature = "athena")]
mod athena;
#[cfg(not(feature = "athena"))]
#[path = "athena_off.rs"]
mod athena;
mod buckets;
mod compact;
mod dashboard;
mod folder;
mod progress;
mod report;
mod reports;
mod source;
mod told;

#[cfg(feature = "athena")]
pub(crate) use athena::tables_there;

use anyhow::Context as _;
use log_analytics::{Answer, Format, Report, page, parquet, render};

use crate::cli::{LogFormat, LogsCommand, OutputArgs};
use crate::exit::ExitStatus;
use crate::files::replace;
use crate::hints::Hinted;
use crate::printer::Io;

/// Does what was asked.
pub(crate) fn run(command: LogsCommand, io: &mut Io<'_>) -> anyhow::Result<ExitStatus> {
    match command {
        LogsCommand::Compact(args) => compact::run(&args, io),
        LogsCommand::Dashboard(args) => dashboard::run(&args, io),
        LogsCommand::Report(args) => report::run(&args, io),
        LogsCommand::Reports(args) => reports::run(&args, io),
        LogsCommand::Sql(args) => report::sql(&args, io),
        #[cfg(feature = "tables")]
        LogsCommand::Tables(command) => super::tables::run(command, io),
    }
}

/// What was asked: a report, and the values that its parameters were given.
struct Asked<'a> {
    report: &'a Report,
    given: &'a [(String, String)],
}

/// Writes an answer to where it was wanted.
fn write(
    asked: &Asked<'_>,
    answer: &Answer,
    args: &OutputArgs,
    io: &mut Io<'_>,
) -> anyhow::Result<()> {
    if args.format == LogFormat::Parquet && args.output.is_none() && io.stdout.is_terminal {
        return Err(Hinted::error("a Parquet file is nothing to look at", "give a file: -o FILE"));
    }
    let bytes = bytes_of(asked, answer, args.format)?;
    match &args.output {
        Some(file) => replace(file, &bytes).with_context(|| format!("writing {}", file.display())),
        None => Ok(io.stdout.writer.write_all(&bytes)?),
    }
}

fn bytes_of(asked: &Asked<'_>, answer: &Answer, format: LogFormat) -> anyhow::Result<Vec<u8>> {
    let format = match format {
        LogFormat::Table => Format::Table,
        LogFormat::Json => Format::Json,
        LogFormat::Csv => Format::Csv,
        LogFormat::Markdown => Format::Markdown,
        LogFormat::Prometheus => Format::Prometheus,
        LogFormat::Html => return Ok(page(asked.report, asked.given, answer)?.into_bytes()),
        LogFormat::Parquet => return Ok(parquet(answer)?),
    };
    Ok(render(asked.report, answer, format)?.into_bytes())
}
