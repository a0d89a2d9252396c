//! `cdn-cli logs report` and `cdn-cli logs sql`.

use std::fs;
use std::path::Path;

use anyhow::Context as _;
use fleet::nearest;
use log_analytics::{Answer, BUILT_IN, Check, LocalError, Question, Report, Verdict, Watch};

use super::athena;
use super::progress::Bar;
use super::source::{Times, open};
use super::told::{quarantine, tell};
use super::{Asked, write};
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
    let asked = Asked { report: &report, given: &given };
    let by_athena = athena::answer(&asked, &sql, &args.input, &args.engine, io)?;
    let times = Times { from: args.from.as_deref(), to: args.to.as_deref() };
    let answer = match by_athena {
        Some(answer) => written(&asked, answer, &args.output, io)?,
        None => answer(&asked, (sql, times), &args.input, &args.output, io)?,
    };
    match &args.check {
        Some(check) => tell_verdict(check, &check.verdict(&report, &answer)?, io),
        None => Ok(ExitStatus::Done),
    }
}

/// Answers SQL.
pub(crate) fn sql(args: &SqlArgs, io: &mut Io<'_>) -> anyhow::Result<ExitStatus> {
    let report = Report { name: "sql".to_owned(), sql: args.sql.clone(), ..Report::default() };
    let asked = Asked { report: &report, given: &[] };
    match athena::answer(&asked, &args.sql, &args.input, &args.engine, io)? {
        Some(answer) => written(&asked, answer, &args.output, io)?,
        None => {
            answer(&asked, (args.sql.clone(), Times::default()), &args.input, &args.output, io)?
        }
    };
    Ok(ExitStatus::Done)
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

/// An answer that was written to where it was wanted.
fn written(
    asked: &Asked<'_>,
    answer: Answer,
    output: &OutputArgs,
    io: &mut Io<'_>,
) -> anyhow::Result<Answer> {
    write(asked, &answer, output, io)?;
    Ok(answer)
}

fn answer(
    asked: &Asked<'_>,
    (sql, times): (String, Times<'_>),
    input: &InputArgs,
    output: &OutputArgs,
    io: &mut Io<'_>,
) -> anyhow::Result<Answer> {
    let (local, runtime) = open(input, times)?;
    let watch = Watch::default();
    let bar = Bar::new(&local.inputs, io.stderr.is_terminal);
    let question = Question { sql };
    let asked_for = || runtime.block_on(local.ask_watched(&question, &watch));
    let answer = match bar.shown(&watch, asked_for) {
        Err(LocalError::Bad { problem, summary }) => {
            quarantine(&summary, input)?;
            return Err(LocalError::Bad { problem, summary }.into());
        }
        Err(LocalError::UnknownColumn { column, known }) => {
            return Err(unknown_column(&column, &known));
        }
        answer => answer?,
    };
    write(asked, &answer, output, io)?;
    tell(&answer.summary, input, io)?;
    quarantine(&answer.summary, input)?;
    Ok(answer)
}

/// The column that was meant, as far as that can be guessed.
fn unknown_column(column: &str, known: &[String]) -> anyhow::Error {
    let wrong = column.rsplit('.').next().unwrap_or(column);
    let nearest = nearest(wrong, known.iter().map(String::as_str));
    let meant = nearest.map(|name| format!("did you mean `{name}`? ")).unwrap_or_default();
    Hinted::error(
        format!("there is no column `{column}`"),
        format!("{meant}docs/logs.md lists the columns of `requests` and `images_made`"),
    )
}

/// Rows that do not hold that are told; beyond, they are counted.
const TOLD: usize = 20;

/// Tells on standard error what does not hold.
fn tell_verdict(check: &Check, verdict: &Verdict, io: &mut Io<'_>) -> anyhow::Result<ExitStatus> {
    for failure in verdict.failures.iter().take(TOLD) {
        io.stderr.line(failure)?;
    }
    let more = verdict.failures.len().saturating_sub(TOLD);
    if more > 0 {
        io.stderr.line(format!("and {more} more"))?;
    }
    let (rows, failed) = (verdict.rows, verdict.failures.len());
    io.stderr.line(match (rows, failed) {
        (0, _) => format!("check: there is no row, so nothing holds `{check}`"),
        (_, 0) => format!("check: `{check}` holds in all of {rows} rows"),
        _ => format!("check: `{check}` does not hold in {failed} of {rows} rows"),
    })?;
    Ok(if verdict.holds() { ExitStatus::Done } else { ExitStatus::No })
}
