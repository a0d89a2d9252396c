//! `cdn-cli fleet`: what a fleet file says, and whether it is good.

mod explain;
mod lint;
mod list;
mod show;
pub(super) mod table;
mod validate;

use fleet::ExplainError;

use crate::cli::FleetCommand;
use crate::exit::ExitStatus;
use crate::hints::Hinted;
use crate::printer::Io;

/// Does what was asked.
pub(crate) fn run(command: FleetCommand, io: &mut Io<'_>) -> anyhow::Result<ExitStatus> {
    match command {
        FleetCommand::Validate(args) => validate::run(&args, io),
        FleetCommand::List(args) => list::run(&args, io),
        FleetCommand::Show(args) => show::run(&args, io),
        FleetCommand::Explain(args) => explain::run(&args, io),
        FleetCommand::Lint(args) => lint::run(&args, io),
    }
}

/// An error with the advice that it carries.
fn hinted(error: ExplainError) -> anyhow::Error {
    match &error {
        ExplainError::UnknownKey { hint, .. } | ExplainError::UnknownSite { hint, .. } => {
            Hinted::error(error.to_string(), hint)
        }
        _ => error.into(),
    }
}
