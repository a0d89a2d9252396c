//! `cdn-cli orphans`: versions of the Lambda@Edge function that wait until AWS lets them go.

use super::session::Session;
use crate::cli::OrphansArgs;
use crate::deploy::orphans::{Orphan, Swept, sweep, waiting};
use crate::exit::ExitStatus;
use crate::plan::count;
use crate::printer::Io;

/// Lists them, or tries to delete them.
pub(crate) async fn run(args: &OrphansArgs, io: &mut Io<'_>) -> anyhow::Result<ExitStatus> {
    let session = Session::open(&args.fleet).await?;
    let orphans = if args.delete {
        let fleet = &session.fleet.settings.name;
        let deployed = &session.snapshot.stacks;
        let swept = sweep(&session.aws, &session.store, fleet, deployed).await?;
        tell(&swept, io)?;
        swept.waiting
    } else {
        waiting(&session.store).await?
    };
    if args.json {
        io.stdout.line(serde_json::to_string_pretty(&orphans)?)?;
        return Ok(ExitStatus::Done);
    }
    for orphan in &orphans {
        let Orphan { version, since, attempts, last } = orphan;
        let since = since.strftime("%Y-%m-%d %H:%M:%SZ");
        io.stdout.line(version)?;
        io.stdout
            .line(format_args!("  since {since}, {}", count(*attempts as usize, "attempt")))?;
        if let Some(last) = last {
            io.stdout.line(format_args!("  {last}"))?;
        }
    }
    Ok(ExitStatus::Done)
}

/// Says what became of the queue, after a deploy too; nothing where there was none.
pub(crate) fn tell(swept: &Swept, io: &mut Io<'_>) -> anyhow::Result<()> {
    let what = "version of the function at the edge";
    if !swept.deleted.is_empty() {
        io.stderr.line(format_args!("Deleted: {}.", versions(swept.deleted.len(), what)))?;
    }
    if !swept.waiting.is_empty() {
        io.stderr.line(format_args!(
            "{} until AWS has taken back the replicas: `cdn-cli orphans`.",
            waits(swept.waiting.len(), what)
        ))?;
    }
    Ok(())
}

fn versions(number: usize, what: &str) -> String {
    format!(
        "{number} {}",
        if number == 1 { what.to_owned() } else { what.replacen("version", "versions", 1) }
    )
}

fn waits(number: usize, what: &str) -> String {
    format!("{} {}", versions(number, what), if number == 1 { "waits" } else { "wait" })
}
