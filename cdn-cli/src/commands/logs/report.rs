//! `cdn-cli logs report` and `cdn-cli logs sql`.

use std::fs;
use std::path::Path;

use anyhow::Context as _;
use log_analytics::{BUILT_IN, Question, Report};

use super::source::local;
use super::told::{quarantine, tell};
use super::write;
use crate::cli::{InputArgs, OutputArgs, ReportArgs, SqlArgs};
use crate::exit::ExitStatus;
use crate::hints::Hinted;
use crate::printer::Io;

/// Answers a report.
pub(crate) fn run(args: &ReportArgs, io: &mut Io<'_>) -> anyhow::Result<ExitStatus> {
    let report = read(&args.report)?;
    let mut given = args.param.clone();
    for (name, value) in [("from", &args.from), ("to", &args.to), ("site", &args.site)] {
        given.extend(value.clone().map(|value| (name.to_owned(), value)));
    }
    let sql = report.bound(&given)?;
    answer(&report, sql, &args.input, &args.output, io)
}

/// Answers SQL.
pub(crate) fn sql(args: &SqlArgs, io: &mut Io<'_>) -> anyhow::Result<ExitStatus> {
    let report = Report { name: "sql".to_owned(), ..Report::default() };
    answer(&report, args.sql.clone(), &args.input, &args.output, io)
}

/// A report of that name, or of that file.
fn read(name: &str) -> anyhow::Result<Report> {
    if let Some(report) = Report::built_in(name) {
        return Ok(report?);
    }
    let path = Path::new(name);
    if path.extension().is_none_or(|extension| extension != "sql") {
        let names: Vec<&str> = BUILT_IN.iter().map(|(name, _)| *name).collect();
        return Err(Hinted::error(
            format!("there is no report `{name}`: {}", names.join(", ")),
            "`cdn-cli logs reports` says what each is; a file of your own ends in .sql",
        ));
    }
    let text = fs::read_to_string(path).with_context(|| format!("reading {name}"))?;
    let stem = path.file_stem().map(|stem| stem.to_string_lossy().into_owned());
    Ok(Report::parse(stem.as_deref().unwrap_or("report"), &text)?)
}

fn answer(
    report: &Report,
    sql: String,
    input: &InputArgs,
    output: &OutputArgs,
    io: &mut Io<'_>,
) -> anyhow::Result<ExitStatus> {
    let local = local(input)?;
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(local.threads)
        .enable_all()
        .build()?;
    let answer = runtime.block_on(local.ask(&Question { sql }))?;
    write(report, &answer, output, io)?;
    tell(&answer.summary, input, io)?;
    quarantine(&answer.summary, input)?;
    Ok(ExitStatus::Done)
}
