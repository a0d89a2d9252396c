//! What a developer runs: every check of the project by one command, and the things it needs.
//!
//! ```text
//! cargo xtask test     steps::run([fmt, clippy, …, suites])     needs::provide before the suites
//! cargo xtask setup    needs::provide alone
//! cargo xtask bench    criterion
//! cargo xtask peers    sharp from npm, ours built with and without libaom, both in turn; quality levels;
//!                      DuckDB, Polars, chDB and GoAccess on logs
//! cargo xtask fleet    the commands on a fleet of 500 sites: CPU time and memory
//! cargo xtask fuzz     cargo-fuzz, and the corpora
//! cargo xtask wasm     the modules of the Lambda@Edge host, and the handler beside them
//! cargo xtask bundle   the archives for Lambda, from the modules and the native host
//! cargo xtask shop     the example shops' packshots, drawn anew
//! cargo xtask trino    the engine that Athena is built on, to ask it what Athena would be asked
//! cargo xtask conformance   every report on that engine and on the embedded one
//! ```

mod bundle;
mod cli;
mod conformance;
mod exit;
mod fleet;
mod fuzz;
mod licenses;
mod needs;
mod peers;
mod place;
mod steps;
mod test;
mod trino;
mod wasm;

use std::ffi::OsString;

use clap::{CommandFactory, Parser};
use xshell::{Shell, cmd};

use crate::cli::{Args, Peer, Task};
pub use crate::exit::Exit;
use crate::exit::say;
use crate::needs::Provided;
use crate::place::Place;
pub use crate::trino::{Client, ResultColumn, Rows, SqlError};

/// Runs the task that `args` name (the program's own name first).
pub fn run(args: impl IntoIterator<Item = OsString>) -> Exit {
    let parsed = match Args::try_parse_from(args) {
        Ok(parsed) => parsed,
        Err(message) => {
            // Printing fails only where nobody listens any more.
            let _ = message.print();
            return if message.use_stderr() { Exit::Error } else { Exit::Done };
        }
    };
    match dispatch(parsed.task) {
        Ok(exit) => exit,
        Err(error) => {
            say(format_args!("error: {error:#}"));
            Exit::Error
        }
    }
}

fn dispatch(task: Option<Task>) -> anyhow::Result<Exit> {
    let Some(task) = task else {
        Args::command().print_help()?;
        return Ok(Exit::Done);
    };
    let place = Place::find(Shell::new()?)?;
    match task {
        Task::Bench { filter } => bench(&place.shell, filter.as_deref()),
        Task::Peers { peer: Peer::Images(options) } => peers::images(&place, &options),
        Task::Peers { peer: Peer::Logs(options) } => peers::logs::run(&place, options),
        Task::Peers { peer: Peer::Warm(options) } => peers::warm::run(&place, options),
        Task::Peers { peer: Peer::Quality(options) } => peers::quality(&place, options),
        Task::Peers { peer: Peer::Wasm(options) } => peers::wasm(&place, options),
        Task::Bundle { fleet } => bundle::run(&place, &fleet),
        Task::Conformance(options) => conformance::run(&place, options),
        Task::Fleet(options) => fleet::run(&place, options),
        Task::Fuzz(options) => fuzz::run(&place, &options),
        Task::Setup { install } => setup(&place, install),
        Task::Shop => shop(&place.shell),
        Task::Test(options) => Ok(test::run(&place, options)),
        Task::Trino(options) => trino::run(&place, &options),
        Task::Wasm(options) => wasm::run(&place, options),
    }
}

fn bench(shell: &Shell, filter: Option<&str>) -> anyhow::Result<Exit> {
    cmd!(shell, "cargo bench --package benches --features fleet -- {filter...}").run()?;
    Ok(Exit::Done)
}

fn setup(place: &Place, install: bool) -> anyhow::Result<Exit> {
    let Provided::All(variables) = needs::provide(place, install)? else {
        return Ok(Exit::Error);
    };
    for (name, path) in variables {
        say(format_args!("{name}={}", path.display()));
    }
    Ok(Exit::Done)
}

fn shop(shell: &Shell) -> anyhow::Result<Exit> {
    cmd!(
        shell,
        "cargo run --release --package edge-resizer --example packshots -- examples --seed 7"
    )
    .run()?;
    Ok(Exit::Done)
}
