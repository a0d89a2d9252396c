//! A question to access logs, asked of `cdn-cli logs` and of other engines in turn: CPU time, wall time
//! and memory, each run in a process of its own. `cargo xtask peers logs` makes the logs, gets the
//! peers and runs it.
//!
//! ```text
//! engines   who is asked, and how
//! floor     the least that any of them has to do: inflating the files
//! answers   whether all of them said the same
//! rounds    one after the other, and again
//! report    benches/results/logs.md
//! ```

mod answers;
mod engines;
mod floor;
mod report;
mod rounds;

use std::io::Write as _;
use std::path::PathBuf;

use anyhow::Context as _;
use clap::{Args, Parser, Subcommand};

/// Asks engines about logs.
#[derive(Debug, Parser)]
#[command(name = "peer-logs", disable_help_subcommand = true)]
struct Cli {
    #[command(subcommand)]
    task: Task,
}

#[derive(Debug, Subcommand)]
enum Task {
    /// Inflate every file below a folder by libdeflate, two files at once, and no more
    Floor {
        /// The folder
        folder: PathBuf,
    },
    /// Measure, and write the report
    Run(RunArgs),
}

/// What is measured.
#[derive(Debug, Args)]
struct RunArgs {
    /// The program `cdn-cli`, as it is released, with the feature `logs`
    #[arg(long)]
    ours: PathBuf,
    /// The folder of the logs: `logs`, `logs-tenfold` and `compacted`
    #[arg(long)]
    folder: PathBuf,
    /// Lines of the logs
    #[arg(long)]
    lines: u64,
    /// A Python that has the peers
    #[arg(long)]
    python: PathBuf,
    /// The folder of their scripts
    #[arg(long)]
    scripts: PathBuf,
    /// `GoAccess`, where it is there
    #[arg(long)]
    goaccess: Option<PathBuf>,
    /// Rounds
    #[arg(long, default_value_t = 7)]
    rounds: usize,
    /// The report to write
    #[arg(long)]
    report: PathBuf,
}

fn main() -> anyhow::Result<()> {
    match Cli::parse().task {
        Task::Floor { folder } => floor::inflate_all(&folder),
        Task::Run(args) => measure(&args),
    }
}

fn measure(args: &RunArgs) -> anyhow::Result<()> {
    let results = rounds::all(args)?;
    let machine = benches::machine::describe("cdn-cli");
    let text = report::markdown(&results, &machine, args);
    std::fs::write(&args.report, &text)
        .with_context(|| format!("writing {}", args.report.display()))?;
    write!(std::io::stdout(), "{text}")?;
    Ok(())
}
