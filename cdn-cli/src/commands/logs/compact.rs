//! `cdn-cli logs compact`.

use std::sync::Arc;

use jiff::Timestamp;
use log_analytics::{
    CompactError, Compaction, CompactionSummary, DayRecord, Local, LocalError, REOPEN, Step,
};

use super::source::{Times, open};
use super::told::{quarantine, tell};
use crate::cli::CompactArgs;
use crate::exit::ExitStatus;
use crate::printer::{Io, bytes};
use crate::progress::Progress;

/// Days and files that are told of one by one; beyond, they are counted.
const TOLD: usize = 20;

/// Takes the rows of all files that are new.
pub(crate) fn run(args: &CompactArgs, io: &mut Io<'_>) -> anyhow::Result<ExitStatus> {
    let (local, runtime) = open(&args.input, Times::default())?;
    let compaction = compaction(local, args, io);
    let summary = match runtime.block_on(compaction.run()) {
        Err(CompactError::Strict(LocalError::Bad { problem, summary })) => {
            quarantine(&summary, &args.input)?;
            return Err(LocalError::Bad { problem, summary }.into());
        }
        summary => summary?,
    };
    if args.json {
        io.stdout.line(serde_json::to_string_pretty(&summary)?)?;
    } else {
        print(&summary, io)?;
    }
    tell(&summary.read, &args.input, io)?;
    quarantine(&summary.read, &args.input)?;
    tell_held_back(&summary, io)?;
    Ok(if summary.held_back.is_empty() { ExitStatus::Done } else { ExitStatus::No })
}

fn compaction(local: Local, args: &CompactArgs, io: &Io<'_>) -> Compaction {
    let progress = Progress::of(local.inputs.len(), "files", io.stderr.is_terminal);
    Compaction {
        local,
        destination: args.destination.clone(),
        reopen: args.reopen.unwrap_or(REOPEN),
        memory: usize::from(args.memory) << 20,
        now: Timestamp::now(),
        on_step: Arc::new(move |step| {
            if matches!(step, Step::Known(_) | Step::Read(_)) {
                progress.step();
            }
        }),
    }
}

fn print(summary: &CompactionSummary, io: &mut Io<'_>) -> anyhow::Result<()> {
    for day in summary.days.values() {
        io.stdout.line(line_of(day))?;
        for (site, hours) in day.missing_hours.iter().take(TOLD) {
            let hours: Vec<String> = hours.iter().map(|hour| format!("{hour:02}")).collect();
            io.stdout.line(format!("  {site} has no rows of the hours {}", hours.join(", ")))?;
        }
        let more = day.missing_hours.len().saturating_sub(TOLD);
        if more > 0 {
            io.stdout.line(format!("  and so have {more} more sites"))?;
        }
    }
    let CompactionSummary { rows, duplicates, late_rows, known_files, .. } = summary;
    io.stdout.line(format!(
        "{rows} rows taken, {late_rows} of them late; {duplicates} were there already; \
         {known_files} files are compacted already"
    ))?;
    Ok(())
}

fn line_of(day: &DayRecord) -> String {
    let size = bytes(usize::try_from(day.bytes).unwrap_or(usize::MAX));
    let DayRecord { day, rows, sites, .. } = day;
    format!("{day}  {rows} rows of {sites} sites, {size}")
}

fn tell_held_back(summary: &CompactionSummary, io: &mut Io<'_>) -> anyhow::Result<()> {
    if summary.held_back.is_empty() {
        return Ok(());
    }
    io.stderr.line(format!("{} files were held back:", summary.held_back.len()))?;
    for file in summary.held_back.iter().take(TOLD) {
        io.stderr.line(format!("  {}: {}", file.file, file.why))?;
    }
    let more = summary.held_back.len().saturating_sub(TOLD);
    if more > 0 {
        io.stderr.line(format!("  and {more} more"))?;
    }
    let hint = "reports still read them; --reopen takes rows of days that are closed";
    io.stderr.line(format!("hint: {hint}"))?;
    Ok(())
}
