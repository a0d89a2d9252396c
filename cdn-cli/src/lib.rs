//! `cdn-cli`: the one command that operators, analysts and newcomers run.
//!
//! ```text
//! run(args, io)                    arguments -> Cli -> one command -> ExitStatus
//!   commands::images::transform    pictures on disk, the same path as over HTTP
//!   commands::images::explain      what a URL asks for, and what of it is ignored
//!   commands::images::sign         signed URLs
//!   commands::fleet                what a fleet file says, and whether it is good
//!   dev                            the whole picture on a laptop
//! ```
//!
//! Data goes to standard output, everything for people to standard error; see [`ExitStatus`].

#[cfg(feature = "deploy")]
mod aws;
mod cli;
#[cfg(any(feature = "deploy", feature = "import"))]
mod cloudflare;
mod commands;
mod cost;
#[cfg(feature = "deploy")]
mod cutover;
#[cfg(feature = "deploy")]
mod deploy;
#[cfg(feature = "dev")]
mod dev;
mod exit;
mod files;
mod hex;
mod hints;
mod import;
#[cfg(feature = "deploy")]
mod plan;
mod printer;
mod progress;
#[cfg(feature = "deploy")]
mod rehearsal;
#[cfg(feature = "deploy")]
mod resolver;

use std::ffi::OsString;

use clap::Parser as _;

pub use cli::command;
#[cfg(feature = "dev")]
pub use dev::{DevOptions, DevServer};
pub use exit::ExitStatus;
pub use printer::{Io, Stream};
#[cfg(feature = "deploy")]
pub use rehearsal::Rehearsal;

/// Runs a command line, the program's name first.
pub fn run<I, T>(args: I, io: &mut Io<'_>) -> ExitStatus
where
    I: IntoIterator<Item = T>,
    T: Into<OsString> + Clone,
{
    let outcome = match cli::Cli::try_parse_from(args) {
        Ok(cli) => commands::run(cli, io),
        Err(answer) => commands::answer_of_the_parser(&answer, io),
    };
    match outcome {
        Ok(status) => status,
        Err(error) if exit::is_broken_pipe(&error) => ExitStatus::Done,
        Err(error) => {
            // Nothing is left to tell it to when standard error is gone too.
            let _ = write!(io.stderr.writer, "{}", hints::render(&error));
            ExitStatus::Error
        }
    }
}

/// Sends logs to standard error; `RUST_LOG` chooses which (default: warnings, and what
/// `cdn-cli dev` has to say).
pub fn start_logging() {
    use std::io::IsTerminal as _;
    let filter = tracing_subscriber::EnvFilter::try_from_default_env()
        .unwrap_or_else(|_| tracing_subscriber::EnvFilter::new("warn,cdn_cli=info"));
    tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr)
        .with_ansi(std::io::stderr().is_terminal())
        .with_target(false)
        .init();
}
