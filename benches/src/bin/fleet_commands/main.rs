//! The commands that read a fleet, on a fleet of many sites: CPU time, wall time and memory of the
//! real program, each run in a process of its own. `cargo xtask fleet` builds both and runs it.
//!
//! ```text
//! commands   the fleet files, the state, and what is run on them
//! report     benches/results/fleet.md
//! ```

mod commands;
mod report;

use std::io::Write as _;
use std::path::PathBuf;

use anyhow::Context as _;
use clap::Parser;

/// Measures the commands that read a fleet.
#[derive(Debug, Parser)]
#[command(name = "fleet-commands", disable_help_subcommand = true)]
struct Args {
    /// The program `cdn-cli`, as it is released
    #[arg(long)]
    program: PathBuf,
    /// Sites of the fleet
    #[arg(long, default_value_t = 500)]
    sites: usize,
    /// Runs of each command
    #[arg(long, default_value_t = 9)]
    rounds: usize,
    /// The report to write
    #[arg(long)]
    report: PathBuf,
}

fn main() -> anyhow::Result<()> {
    let args = Args::parse();
    let results = commands::all(&args.program, args.sites, args.rounds)?;
    let machine = benches::machine::describe("cdn-cli");
    let text = report::markdown(&results, &machine, args.rounds);
    std::fs::write(&args.report, &text)
        .with_context(|| format!("writing {}", args.report.display()))?;
    write!(std::io::stdout(), "{text}")?;
    Ok(())
}
