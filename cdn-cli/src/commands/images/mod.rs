//! `cdn-cli images`: pictures and their URLs, without a server.

mod bundle;
mod explain;
mod issues;
mod options;
mod output;
mod picture;
mod report;
mod rules;
mod sign;
mod transform;
mod url;

use crate::cli::ImagesCommand;
use crate::exit::ExitStatus;
use crate::printer::Io;

/// Does what was asked.
pub(crate) fn run(command: ImagesCommand, io: &mut Io<'_>) -> anyhow::Result<ExitStatus> {
    match command {
        ImagesCommand::Transform(args) => transform::run(&args, io),
        ImagesCommand::Explain(args) => explain::run(&args, io),
        ImagesCommand::Sign(args) => sign::run(&args, io),
        ImagesCommand::Options(args) => options::run(&args, io),
        ImagesCommand::Bundle(args) => bundle::run(&args, io),
    }
}
