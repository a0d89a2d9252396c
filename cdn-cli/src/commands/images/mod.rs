//! `cdn-cli images`.

use crate::cli::ImagesCommand;
use crate::exit::ExitStatus;
use crate::printer::Io;

/// Does what was asked.
pub(crate) fn run(command: ImagesCommand, _io: &mut Io<'_>) -> anyhow::Result<ExitStatus> {
    match command {}
}
