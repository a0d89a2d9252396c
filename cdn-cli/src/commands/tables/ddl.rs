//! `cdn-cli logs ddl`.

use fleet::Fleet;

use super::of_fleet;
use crate::cli::DdlArgs;
use crate::exit::ExitStatus;
use crate::printer::Io;

/// Prints the statements, each ended by `;`.
pub(super) fn run(args: &DdlArgs, io: &mut Io<'_>) -> anyhow::Result<ExitStatus> {
    let fleet = Fleet::read(&args.fleet)?;
    let account = args.account.as_deref().unwrap_or_default();
    let setup = of_fleet(&fleet, account, Vec::new(), &args.logs)?;
    let statements = setup.statements()?;
    io.stdout.line(format!("{};", statements.join(";\n\n")))?;
    Ok(ExitStatus::Done)
}
