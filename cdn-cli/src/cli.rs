//! The command line: every command with its arguments, and nothing about what they do.

use std::path::PathBuf;

use clap::{Args, CommandFactory as _, Parser, Subcommand, ValueHint};

/// Serve, transform and explain the pictures of brand shops.
#[derive(Debug, Parser)]
#[command(name = "cdn-cli", version, max_term_width = WIDTH, arg_required_else_help = true)]
#[command(disable_help_subcommand = true, after_help = EXAMPLES)]
pub(crate) struct Cli {
    /// What to do.
    #[command(subcommand)]
    pub(crate) command: Command,
}

/// Columns that help and tables keep to, whatever the terminal has.
pub(crate) const WIDTH: usize = 80;

const EXAMPLES: &str = "\
Examples:
  cdn-cli images transform photo.jpg -o card.avif --width 400
  cdn-cli images explain '/cdn-cgi/image/w=400,f=auto/photos/a.jpg'

Exit status: 0 done, 1 the answer is no (where --check asks), 2 error.";

/// The commands.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Serve the shops of a fleet on this machine, with a playground for pictures
    #[cfg(feature = "dev")]
    Dev(DevArgs),
    /// Transform pictures, explain and sign their URLs
    #[command(subcommand)]
    Images(ImagesCommand),
    /// Print a script that completes commands and flags in a shell
    Completions(CompletionsArgs),
}

/// `cdn-cli dev`.
#[cfg(feature = "dev")]
#[derive(Clone, Debug, Args)]
#[command(after_help = DEV_EXAMPLES)]
pub(crate) struct DevArgs {
    /// The sites to serve [default: examples/fleet.toml]
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub(crate) fleet: Option<PathBuf>,
    /// The address to listen on; port 0 takes a free one
    #[arg(long, value_name = "ADDR", default_value = "127.0.0.1:8080")]
    pub(crate) listen: std::net::SocketAddr,
    /// The folder for access logs and the cache
    #[arg(long, value_name = "DIR", default_value = "dev-data", value_hint = ValueHint::DirPath)]
    pub(crate) data: PathBuf,
}

#[cfg(feature = "dev")]
const DEV_EXAMPLES: &str = "\
Examples:
  cdn-cli dev
  cdn-cli dev --fleet fleet.toml --listen 127.0.0.1:9000

Each site answers at http://<site>.localhost:PORT/, the playground at
http://localhost:PORT/. Ctrl-C ends it.";

/// `cdn-cli images`.
#[derive(Debug, Subcommand)]
pub(crate) enum ImagesCommand {}

/// `cdn-cli completions`.
#[derive(Debug, Args)]
#[command(after_help = COMPLETIONS_EXAMPLES)]
pub(crate) struct CompletionsArgs {
    /// The shell
    #[arg(value_name = "SHELL")]
    pub(crate) shell: clap_complete::Shell,
}

const COMPLETIONS_EXAMPLES: &str = "\
Examples:
  cdn-cli completions bash > ~/.local/share/bash-completion/completions/cdn-cli
  cdn-cli completions fish > ~/.config/fish/completions/cdn-cli.fish";

/// The command line as data, for completions and for checks of its help.
pub fn command() -> clap::Command {
    Cli::command()
}
