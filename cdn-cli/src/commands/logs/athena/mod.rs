//! `cdn-cli logs --engine athena`: what a question will cost, whether that is agreed to, the answer,
//! and what it did cost.

mod bar;
mod connect;
mod prepare;
mod told;

use std::fs;

use anyhow::Context as _;
use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use log_analytics::{Answer, Summary, reads_images_made};
use log_athena::Table;
use log_athena::client::{Bill, Estimate, Question};
use serde::Serialize;
use tokio::runtime::Runtime;

use super::Asked;
use crate::cli::{Engine, EngineArgs, InputArgs, LintTablesArgs};
use crate::commands::consent::asked as agreed;
use crate::hints::Hinted;
use crate::printer::Io;
use bar::Bar;
use prepare::{Prepared, period, prepare};
use told::{cost, explain_no_rows, problem, tell_bill, tell_estimate};

/// Answers, where Athena is asked.
pub(super) fn answer(
    asked: &Asked<'_>,
    sql: &str,
    input: &InputArgs,
    engine: &EngineArgs,
    io: &mut Io<'_>,
) -> anyhow::Result<Option<Answer>> {
    if engine.engine == Engine::Embedded {
        return files_are_named(input).map(|()| None);
    }
    no_files_are_named(input)?;
    is_asked_of_requests(sql)?;
    let answer = runtime()?.block_on(Box::pin(ask(asked, sql, input, engine, io)))?;
    Ok(Some(answer))
}

/// The tables that `cdn-cli logs lint` is to look over in the catalog.
pub(crate) fn tables_there(args: &LintTablesArgs) -> anyhow::Result<Vec<Table>> {
    let Some(database) = &args.catalog.database else { return Ok(Vec::new()) };
    runtime()?.block_on(async {
        let athena = connect::to_database(&args.catalog.aws, database).await;
        athena.tables().await.map_err(problem)
    })
}

async fn ask(
    asked: &Asked<'_>,
    sql: &str,
    input: &InputArgs,
    args: &EngineArgs,
    io: &mut Io<'_>,
) -> anyhow::Result<Answer> {
    let athena = connect::to_fleet(input, args).await?;
    let workgroup = athena.workgroup().await.map_err(problem)?;
    let period = period(asked.given, args.days.as_deref())?;
    let bar = Bar::new(io.stderr.is_terminal);
    let prepared = prepare(&athena, asked, sql, args, &period).await?;
    drop(bar);
    let Prepared { statement, parameters, tables, estimate } = prepared;
    if let Some(estimate) = &estimate {
        tell_estimate(estimate, &workgroup, io)?;
        agree(estimate, args, io)?;
    }
    let question = Question {
        sql: statement,
        parameters,
        may_reuse: !workgroup.keeps_answers && period.is_closed(now()),
        seed: seed()?,
    };
    let bar = Bar::over(estimate.as_ref(), io.stderr.is_terminal);
    let watch = |progress| bar.follow(progress);
    // A second interrupt does not wait until Athena has ended the question.
    let answer = tokio::select! {
        answer = athena.ask(&question, &watch, interrupt()) => answer.map_err(problem)?,
        () = interrupts(2) => return Err(abandoned(&workgroup.name)),
    };
    drop(bar);
    tell_bill(&answer.bill, io)?;
    keep_bill(args, estimate.as_ref(), &answer.bill)?;
    if answer.batches.iter().all(|batch| batch.num_rows() == 0) {
        explain_no_rows(&athena, &tables, io).await?;
    }
    let summary = Summary { bytes: answer.bill.bytes, ..Summary::default() };
    Ok(Answer { schema: answer.schema, batches: answer.batches, summary })
}

async fn interrupts(times: u8) {
    for _ in 0..times {
        interrupt().await;
    }
}

/// Ends with Ctrl-C. Where no signal can be heard, nobody can interrupt either.
async fn interrupt() {
    if tokio::signal::ctrl_c().await.is_err() {
        std::future::pending::<()>().await;
    }
}

fn abandoned(workgroup: &str) -> anyhow::Error {
    Hinted::error(
        "interrupted twice: the question may still run, and cost",
        format!("aws athena list-query-executions --work-group {workgroup} tells of it"),
    )
}

/// Whether it may cost what it will: beyond the limit, or where nobody knows, a person says so.
fn agree(estimate: &Estimate, args: &EngineArgs, io: &mut Io<'_>) -> anyhow::Result<()> {
    let dollars = estimate.dollars();
    if dollars <= args.max_cost && !estimate.is_open() {
        return Ok(());
    }
    let question = if estimate.is_open() {
        "Ask Athena, whatever it costs?".to_owned()
    } else {
        format!("Ask Athena for {}?", cost(dollars))
    };
    if agreed(&question, args.yes, io)? {
        return Ok(());
    }
    Err(Hinted::error(
        "the question was not asked",
        "--from and --to let it read fewer days; --max-cost says what needs no asking",
    ))
}

/// What a script reads of it.
#[derive(Serialize)]
struct Kept<'a> {
    estimate: Option<&'a Estimate>,
    estimated_dollars: Option<f64>,
    #[serde(flatten)]
    bill: &'a Bill,
}

fn keep_bill(args: &EngineArgs, estimate: Option<&Estimate>, bill: &Bill) -> anyhow::Result<()> {
    let Some(file) = &args.bill else { return Ok(()) };
    let kept = Kept { estimate, estimated_dollars: estimate.map(Estimate::dollars), bill };
    let text = serde_json::to_string_pretty(&kept)? + "\n";
    fs::write(file, text).with_context(|| format!("writing {}", file.display()))
}

fn files_are_named(input: &InputArgs) -> anyhow::Result<()> {
    if input.logs.is_empty() {
        return Err(Hinted::error(
            "no logs are named",
            "the embedded engine reads files: name some, or a folder",
        ));
    }
    Ok(())
}

fn no_files_are_named(input: &InputArgs) -> anyhow::Result<()> {
    if !input.logs.is_empty() {
        return Err(Hinted::error(
            "Athena reads its tables, and no files",
            "leave out the files; --from, --to and --days say which days are read",
        ));
    }
    if input.full_ip.is_some() {
        return Err(Hinted::error(
            "Athena's tables have no whole addresses",
            "ask the embedded engine over raw logs",
        ));
    }
    Ok(())
}

fn is_asked_of_requests(sql: &str) -> anyhow::Result<()> {
    if reads_images_made(sql) {
        return Err(Hinted::error(
            "Athena has no table `images_made`: the embedded engine makes it of functions' logs",
            "leave out --engine athena, and name the logs that were exported",
        ));
    }
    Ok(())
}

fn runtime() -> std::io::Result<Runtime> {
    tokio::runtime::Builder::new_current_thread().enable_all().build()
}

fn seed() -> anyhow::Result<[u8; 16]> {
    let mut seed = [0; 16];
    getrandom::fill(&mut seed)?;
    Ok(seed)
}

fn now() -> DateTime {
    Timestamp::now().to_zoned(TimeZone::UTC).datetime()
}
