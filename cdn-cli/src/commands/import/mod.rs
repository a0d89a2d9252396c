//! `cdn-cli import`: zones of Cloudflare as sites of a fleet file.

mod api;
mod check;
mod explain;
mod requests;
mod saved;
mod written;

use cloudflare_zone::{Finding, Import, Report, Verdict, read, translate};

use crate::cli::{ImportCloudflareArgs, ImportCommand};
use crate::exit::ExitStatus;
use crate::hints::Hinted;
use crate::printer::{Io, wrap};
use written::Written;

/// Does what was asked.
pub(crate) fn run(command: ImportCommand, io: &mut Io<'_>) -> anyhow::Result<ExitStatus> {
    match command {
        ImportCommand::Cloudflare(args) => cloudflare(&args, io),
        ImportCommand::Check(args) => check::run(&args, io),
        ImportCommand::Explain(args) => explain::run(&args, io),
    }
}

/// Reads answers, saved or asked for, translates them, and writes what came of them.
fn cloudflare(args: &ImportCloudflareArgs, io: &mut Io<'_>) -> anyhow::Result<ExitStatus> {
    let mut files = saved::files(&args.answers)?;
    if !args.zone.is_empty() {
        let asked = api::answers(&args.zone, &args.api, io)?;
        api::save(args.save.as_deref(), &asked)?;
        files.extend(asked);
    }
    let requests = requests::read(args.requests.as_deref())?;
    let import = translate(&read(&files), &requests);
    if import.sites.is_empty() && import.findings.is_empty() && import.unread.is_empty() {
        return Err(Hinted::error(
            "nothing of Cloudflare's API was found",
            "save answers of the API, any names: zones/ID, zones/ID/settings, zones/ID/dns_records, \
             zones/ID/rulesets and each ruleset; or let --zone NAME ask for them",
        ));
    }
    let written = written::write(&import, &args.output)?;
    let report = Report::of(&import);
    if args.json {
        io.stdout.line(format_args!("{:#}", report.json()))?;
    } else {
        tell(&import, report, io)?;
    }
    end(args, &import, &written, io)?;
    let covered = report.coverage_of_rules().percent();
    Ok(match args.require {
        Some(least) if covered < least => {
            io.stderr.line(format_args!("{covered:.1} % are covered, fewer than {least} %"))?;
            ExitStatus::No
        }
        _ => ExitStatus::Done,
    })
}

/// How much of each zone is covered, and what is left to somebody.
fn tell(import: &Import, report: Report<'_>, io: &mut Io<'_>) -> anyhow::Result<()> {
    let line = "zone                          things  translated  changed  no-op  manual  covered";
    io.stdout.line(line)?;
    for (zone, coverage) in report.zones() {
        let zone = if zone.is_empty() { "the account" } else { zone };
        io.stdout.line(format_args!(
            "{zone:<30}{:>6}{:>12}{:>9}{:>7}{:>8}{:>8.1}%",
            coverage.all,
            coverage.translated,
            coverage.changed,
            coverage.no_op,
            coverage.manual,
            coverage.percent(),
        ))?;
    }
    let left = |it: &&Finding| matches!(it.verdict, Verdict::Manual { .. });
    for finding in import.findings.iter().filter(left) {
        io.stdout.line("")?;
        let share = finding.share.map(|share| format!(", {:.1} % of requests", share * 100.0));
        let head = format!(
            "manual: {} {}{}",
            finding.feature.name,
            finding.label,
            share.unwrap_or_default()
        );
        for line in wrap(&head, crate::cli::WIDTH) {
            io.stdout.line(line)?;
        }
        for remark in finding.verdict.remarks() {
            item(remark, io)?;
        }
    }
    if !import.unread.is_empty() {
        io.stdout.line("\nnot read:")?;
    }
    for unread in &import.unread {
        let place = &unread.place;
        item(&format!("{}{}: {}", place.file, place.pointer, unread.why), io)?;
    }
    Ok(())
}

fn item(text: &str, io: &mut Io<'_>) -> anyhow::Result<()> {
    for (number, line) in wrap(text, crate::cli::WIDTH - 4).iter().enumerate() {
        let mark = if number == 0 { "  - " } else { "    " };
        io.stdout.line(format_args!("{mark}{line}"))?;
    }
    Ok(())
}

/// What was written, and what of the file that was there changed.
fn end(
    args: &ImportCloudflareArgs,
    import: &Import,
    written: &Written,
    io: &mut Io<'_>,
) -> anyhow::Result<()> {
    for key in &written.changed {
        io.stderr.line(format_args!("changed: {key}"))?;
    }
    for conflict in &written.conflicts {
        let imported = conflict.imported.as_deref().unwrap_or("nothing any more");
        io.stderr.line(format_args!(
            "conflict: {} stays as you wrote it; Cloudflare says {imported}",
            conflict.key
        ))?;
    }
    let folder = args.output.display();
    if import.sites.is_empty() {
        io.stderr.line(format_args!(
            "wrote {folder}/report.html; no site came of it, since no record that was read is proxied"
        ))?;
        return Ok(());
    }
    io.stderr.line(format_args!(
        "wrote {folder}/fleet.toml and {folder}/report.html; go on with: cdn-cli fleet lint --fleet \
         {folder}/fleet.toml"
    ))?;
    Ok(())
}
