//! A long list warmed by `cdn-cli warm`, beside a load generator at the same server: requests a second
//! and memory, each run in a process of its own. `cargo xtask peers warm` builds ours and runs it.
//!
//! ```text
//! server   nginx on a loopback address, one worker, a body of 100 bytes from memory
//! rounds   each client in turn, and again
//! report   benches/results/warm.md
//! ```

mod report;
mod rounds;
mod server;

use std::io::Write as _;
use std::path::PathBuf;

use anyhow::Context as _;
use clap::Parser;

/// Measures how fast a list is warmed.
#[derive(Debug, Parser)]
#[command(name = "peer-warm", disable_help_subcommand = true)]
struct Args {
    /// The program `cdn-cli`, as it is released, with the feature `warm`
    #[arg(long)]
    ours: PathBuf,
    /// URLs of the list
    #[arg(long, default_value_t = 1_000_000)]
    urls: u64,
    /// Connections of each client
    #[arg(long, default_value_t = 64)]
    connections: usize,
    /// Runs of each client
    #[arg(long, default_value_t = 7)]
    rounds: usize,
    /// The report to write
    #[arg(long)]
    report: PathBuf,
}

fn main() -> anyhow::Result<()> {
    let args = Args::parse();
    let results = rounds::all(&args)?;
    let machine = benches::machine::describe("cdn-cli");
    let text = report::markdown(&results, &machine, &args);
    std::fs::write(&args.report, &text)
        .with_context(|| format!("writing {}", args.report.display()))?;
    write!(std::io::stdout(), "{text}")?;
    Ok(())
}
