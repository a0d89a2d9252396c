//! `cdn-cli logs`: questions to access logs.

mod report;
mod reports;
mod source;
mod told;

use std::fs;

use anyhow::Context as _;
use log_analytics::{Answer, Format, Report, render};

use crate::cli::{LogFormat, LogsCommand, OutputArgs};
use crate::exit::ExitStatus;
use crate::printer::Io;

/// Does what was asked.
pub(crate) fn run(command: LogsCommand, io: &mut Io<'_>) -> anyhow::Result<ExitStatus> {
    match command {
        LogsCommand::Report(args) => report::run(&args, io),
        LogsCommand::Reports(args) => reports::run(&args, io),
        LogsCommand::Sql(args) => report::sql(&args, io),
    }
}

/// Writes an answer to where it was wanted.
fn write(
    report: &Report,
    answer: &Answer,
    args: &OutputArgs,
    io: &mut Io<'_>,
) -> anyhow::Result<()> {
    let format = match args.format {
        LogFormat::Table => Format::Table,
        LogFormat::Json => Format::Json,
        LogFormat::Csv => Format::Csv,
        LogFormat::Markdown => Format::Markdown,
        LogFormat::Prometheus => Format::Prometheus,
    };
    let text = render(report, answer, format)?;
    match &args.output {
        Some(file) => fs::write(file, text).with_context(|| format!("writing {}", file.display())),
        None => Ok(write!(io.stdout.writer, "{text}")?),
    }
}
