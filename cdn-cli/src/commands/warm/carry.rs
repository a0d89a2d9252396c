//! The run: settings, progress, reports.

use std::fs;
use std::path::Path;

use anyhow::Context as _;
use cache_warmer::{
    Budget, JournalFolder, Limits, Outcome, Plan, Report, Settings, Spool, Watch, next_round, warm,
};
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use jiff::Timestamp;

use super::chosen::Chosen;
use super::{places, price};
use crate::cli::WarmArgs;
use crate::commands::fleet::table;
use crate::exit::ExitStatus;
use crate::printer::{Io, bytes};

/// Carries a plan out, and again where it is to stay warm.
pub(super) async fn run(
    args: &WarmArgs,
    chosen: &Chosen,
    (plan, spool): (Plan, Spool),
    folder: &JournalFolder,
    io: &mut Io<'_>,
) -> anyhow::Result<ExitStatus> {
    loop {
        let report = once(args, chosen, (plan.clone(), spool.clone()), folder, io).await?;
        told(args, &report, io)?;
        let is_hot = is_hot(args, &report);
        if !args.run.watch {
            return Ok(if is_hot { ExitStatus::Done } else { ExitStatus::No });
        }
        let Some(pause) = next_round(&report) else {
            io.stderr
                .line("no answer says how long it may be kept, so there is nothing to wait for")?;
            return Ok(if is_hot { ExitStatus::Done } else { ExitStatus::No });
        };
        io.stderr.line(format_args!("the first of it ends in {} s", pause.as_secs()))?;
        tokio::select! {
            () = tokio::time::sleep(pause) => {}
            _ = tokio::signal::ctrl_c() => return Ok(ExitStatus::Done),
        }
    }
}

pub(super) async fn once(
    args: &WarmArgs,
    chosen: &Chosen,
    (plan, spool): (Plan, Spool),
    folder: &JournalFolder,
    io: &mut Io<'_>,
) -> anyhow::Result<Report> {
    let client = places::warmer(&args.places, &args.pace, chosen)?;
    let settings = settings(args)?;
    let journal = args.run.journal.as_ref().map(|_| folder);
    let bar = bar(io.stderr.is_terminal && !args.run.json);
    let report = warm(plan, spool, client, settings, journal, watch(bar.clone())).await;
    bar.finish_and_clear();
    Ok(report?)
}

fn settings(args: &WarmArgs) -> anyhow::Result<Settings> {
    let pace = &args.pace;
    Ok(Settings {
        concurrency: pace.concurrency,
        location: Limits { requests: pace.rate, bytes: pace.byte_rate },
        origin: Limits { requests: pace.origin_rate, bytes: None },
        budget: Budget {
            requests: args.limits.max_requests,
            bytes: args.limits.max_bytes,
            dollars: args.limits.max_cost,
            prices: price::prices()?,
            ..Budget::default()
        },
        seed: args.run.report.seed,
        started: now(),
        ..Settings::default()
    })
}

/// The one place where the command reads the clock.
fn now() -> String {
    Timestamp::now().strftime("%Y-%m-%d %H:%M UTC").to_string()
}

fn bar(is_shown: bool) -> ProgressBar {
    let target = if is_shown { ProgressDrawTarget::stderr() } else { ProgressDrawTarget::hidden() };
    let style = ProgressStyle::with_template("{bar:24} {pos}/{len} {per_sec} {msg}, {eta} left");
    let style = style.unwrap_or_else(|_| ProgressStyle::default_bar());
    ProgressBar::with_draw_target(None, target).with_style(style.progress_chars("━╸─"))
}

fn watch(bar: ProgressBar) -> Watch {
    /// Answers between two looks at the clock.
    const STRIDE: u64 = 16;
    Box::new(move |progress| {
        if progress.done % STRIDE != 0 && progress.done != progress.expected {
            return;
        }
        let hits = 100 * progress.hits / progress.done.max(1);
        let size = bytes(usize::try_from(progress.bytes).unwrap_or(usize::MAX));
        bar.set_length(progress.expected);
        bar.set_position(progress.done);
        bar.set_message(format!("{hits} % hits, {} bad, {size}", progress.bad));
    })
}

/// Tells of a run as it was asked for.
fn told(args: &WarmArgs, report: &Report, io: &mut Io<'_>) -> anyhow::Result<()> {
    write(args, report)?;
    if args.run.json {
        io.stdout.line(serde_json::to_string_pretty(report)?)?;
        return Ok(());
    }
    print(report, io)
}

/// Writes the reports that were asked for.
pub(super) fn write(args: &WarmArgs, report: &Report) -> anyhow::Result<()> {
    let write = |file: &Path, text: String| {
        fs::write(file, text).with_context(|| format!("writing {}", file.display()))
    };
    if let Some(file) = &args.run.report.html {
        write(file, report.to_html())?;
    }
    if let Some(file) = &args.run.report.junit {
        write(file, report.to_junit(args.run.report.require))?;
    }
    Ok(())
}

/// Whether as much is hot as was required.
pub(super) fn is_hot(args: &WarmArgs, report: &Report) -> bool {
    report.is_hot_enough(args.run.report.require) && report.stopped.is_none()
}

pub(super) fn print(report: &Report, io: &mut Io<'_>) -> anyhow::Result<()> {
    let heading = ["LOCATION", "WISH", "TARGETS", "HOT", "ORIGIN", "BEFORE", "AFTER"];
    let mut rows = vec![heading.map(str::to_owned)];
    let time = |time: Option<f64>| time.map_or_else(|| "-".to_owned(), |ms| format!("{ms:.1} ms"));
    for cell in &report.matrix {
        rows.push([
            cell.location.clone(),
            cell.wish.label().to_owned(),
            cell.fill.values().sum::<u64>().to_string(),
            percent(cell.hot),
            cell.origin_requests.to_string(),
            time(cell.ttfb_before_ms),
            time(cell.ttfb_after_ms),
        ]);
    }
    for line in table::lines(&rows) {
        io.stdout.line(line)?;
    }
    for problem in &report.problems {
        io.stdout.line(format_args!(
            "{} {}: {}",
            problem.count,
            problem.outcome.label(),
            problem.advice
        ))?;
        for example in &problem.examples {
            io.stdout
                .line(format_args!("  {} {}: {}", example.location, example.url, example.detail))?;
        }
    }
    summary(report, io)
}

/// What holds for the whole, at the end, where a terminal shows it.
fn summary(report: &Report, io: &mut Io<'_>) -> anyhow::Result<()> {
    for (location, why) in &report.given_up {
        io.stdout.line(format_args!("{location} was given up: {why}"))?;
    }
    if let Some(why) = &report.stopped {
        io.stdout.line(format_args!("stopped early: {why}"))?;
    }
    let told = |(outcome, count): (&Outcome, &u64)| format!("{count} {}", outcome.label());
    let outcomes: Vec<_> = report.outcomes.iter().map(told).collect();
    io.stdout.line(format_args!("{} hot: {}", percent(report.hot), outcomes.join(", ")))?;
    Ok(())
}

/// Rounded down, so that it is 100 % only where all is hot.
fn percent(share: f64) -> String {
    format!("{} %", (share * 10_000.0).floor() / 100.0)
}
