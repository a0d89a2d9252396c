//! `cdn-cli completions`: scripts for shells.

use crate::cli::{self, CompletionsArgs};
use crate::exit::ExitStatus;
use crate::printer::Io;

/// Prints the script.
pub(crate) fn run(args: &CompletionsArgs, io: &mut Io<'_>) -> anyhow::Result<ExitStatus> {
    // Into a buffer first: the generator panics where its writer fails, and a pipe may break.
    let mut script = Vec::new();
    clap_complete::generate(args.shell, &mut cli::command(), "cdn-cli", &mut script);
    io.stdout.writer.write_all(&script)?;
    Ok(ExitStatus::Done)
}
