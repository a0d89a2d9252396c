//! `cdn-cli schema`: the JSON Schema of a fleet file.

use crate::exit::ExitStatus;
use crate::printer::Io;

/// Prints it.
pub(crate) fn run(io: &mut Io<'_>) -> anyhow::Result<ExitStatus> {
    io.stdout.line(serde_json::to_string_pretty(&fleet::schema())?)?;
    Ok(ExitStatus::Done)
}
