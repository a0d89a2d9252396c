//! `cdn-cli migrate`: what has to be known before a move.

mod scan;

use crate::cli::MigrateCommand;
use crate::exit::ExitStatus;
use crate::printer::Io;

/// Does what was asked.
pub(crate) fn run(command: MigrateCommand, io: &mut Io<'_>) -> anyhow::Result<ExitStatus> {
    match command {
        MigrateCommand::Scan(args) => scan::run(&args, io),
    }
}
