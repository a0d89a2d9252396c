//! `cdn-cli fleet validate`: all that is wrong at once.

use fleet::{FileProblem, FleetError, FleetFiles};
use serde::Serialize;

use crate::cli::ValidateArgs;
use crate::exit::ExitStatus;
use crate::printer::Io;

/// What `--json` prints.
#[derive(Serialize)]
struct Report {
    valid: bool,
    files: usize,
    sites: Option<usize>,
    problems: Vec<FileProblem>,
}

/// Validates.
pub(crate) fn run(args: &ValidateArgs, io: &mut Io<'_>) -> anyhow::Result<ExitStatus> {
    let files = FleetFiles::read(&args.file.fleet)?;
    let fleet = files.fleet();
    let status = if fleet.is_ok() { ExitStatus::Done } else { ExitStatus::No };
    let count = files.paths().count();
    if args.json {
        let report = Report {
            valid: fleet.is_ok(),
            files: count,
            sites: fleet.ok().map(|fleet| fleet.sites.len()),
            problems: files.problems(),
        };
        io.stdout.line(serde_json::to_string_pretty(&report)?)?;
        return Ok(status);
    }
    match fleet {
        Ok(fleet) => {
            let sites = counted(fleet.sites.len(), "site");
            io.stdout.line(format_args!("{sites} in {}, no problems", counted(count, "file")))?;
        }
        Err(FleetError::Invalid(problems)) => io.stderr.line(problems)?,
        Err(other) => return Err(other.into()),
    }
    Ok(status)
}

/// `1 site`, `2 sites`.
fn counted(count: usize, what: &str) -> String {
    if count == 1 { format!("1 {what}") } else { format!("{count} {what}s") }
}
