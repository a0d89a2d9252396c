//! The commands, one file each.

#[cfg(feature = "migrate")]
mod compare;
mod completions;
#[cfg(any(feature = "deploy", feature = "warm"))]
mod consent;
mod cost;
mod fleet;
mod images;
#[cfg(feature = "import")]
mod import;
mod init;
#[cfg(feature = "logs")]
mod logs;
#[cfg(feature = "migrate")]
mod migrate;
#[cfg(feature = "deploy")]
mod operate;
#[cfg(feature = "deploy")]
mod quotas;
#[cfg(feature = "deploy")]
mod render;
mod schema;
#[cfg(feature = "tables")]
mod tables;
#[cfg(feature = "warm")]
mod warm;

#[cfg(feature = "deploy")]
pub(crate) use operate::planned;

use crate::cli::{Cli, Command};
use crate::exit::ExitStatus;
use crate::printer::Io;

/// Does what was asked.
pub(crate) fn run(cli: Cli, io: &mut Io<'_>) -> anyhow::Result<ExitStatus> {
    match cli.command {
        #[cfg(feature = "dev")]
        Command::Dev(args) => crate::dev::run(args, io),
        Command::Images(command) => images::run(command, io),
        Command::Fleet(command) => fleet::run(command, io),
        #[cfg(feature = "import")]
        Command::Import(command) => import::run(command, io),
        Command::Init(args) => init::run(&args, io),
        Command::Schema(_) => schema::run(io),
        Command::Cost(args) => cost::run(&args, io),
        #[cfg(feature = "deploy")]
        Command::Operate(command) => operate::run(command, io),
        #[cfg(feature = "deploy")]
        Command::Render(args) => render::run(&args, io),
        #[cfg(feature = "deploy")]
        Command::Quotas(args) => quotas::run(&args, io),
        #[cfg(feature = "logs")]
        Command::Logs(command) => logs::run(command, io),
        #[cfg(all(feature = "tables", not(feature = "logs")))]
        Command::Logs(command) => tables::run(command, io),
        #[cfg(feature = "migrate")]
        Command::Compare(args) => compare::run(&args, io),
        #[cfg(feature = "migrate")]
        Command::Migrate(command) => migrate::run(command, io),
        #[cfg(feature = "warm")]
        Command::Warm(args) => warm::run(&args, io),
        Command::Completions(args) => completions::run(&args, io),
    }
}

/// Prints what the parser has to say: help and version are data, the rest is an error.
pub(crate) fn answer_of_the_parser(
    answer: &clap::Error,
    io: &mut Io<'_>,
) -> anyhow::Result<ExitStatus> {
    let text = answer.render();
    if answer.use_stderr() {
        io.stderr.styled(&text)?;
        return Ok(ExitStatus::Error);
    }
    io.stdout.styled(&text)?;
    Ok(ExitStatus::Done)
}
