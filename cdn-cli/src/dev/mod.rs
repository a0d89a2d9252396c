//! `cdn-cli dev`: the whole picture on a laptop.

use crate::cli::DevArgs;
use crate::exit::ExitStatus;
use crate::printer::Io;

/// Serves until it is told to stop.
pub(crate) fn run(args: DevArgs, io: &mut Io<'_>) -> anyhow::Result<ExitStatus> {
    io.stderr.line(format_args!("{args:?}"))?;
    Ok(ExitStatus::Done)
}
