//! Ours and sharp side by side: time, bytes, SSIMULACRA2 and memory of the same works on the same
//! photos. `cargo xtask peers images` installs sharp, builds this and runs it.
//!
//! ```text
//! sources   the photos that lie beside the checkout, and what is made of a seed
//! works     what is measured, and what it is to come to
//! measure   per work: find the quality that matches, time both in turn, weigh fresh processes
//! report    benches/results/images.md
//!
//! process   a worker (ours: this program again; sharp: node), a JSON line in, a JSON line out
//! quality   what the levels of `quality` are worth: benches/results/quality.md
//! judge     SSIMULACRA2 against a Lanczos3 reduction of every decoded pixel
//! ```

mod judge;
mod measure;
mod process;
mod quality;
mod report;
mod scores;
mod sources;
mod worker;
mod works;

use std::io::Write as _;
use std::path::PathBuf;

use anyhow::Context as _;
use clap::{Parser, Subcommand};

use benches::machine;

use crate::measure::Bench;

/// Measures this project's transformations against sharp's.
#[derive(Debug, Parser)]
#[command(name = "peer-images", disable_help_subcommand = true)]
struct Args {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Answers commands on standard input: our side
    Worker,
    /// Runs both sides and writes the report
    Run(RunArgs),
    /// Tells what qualities of ours are worth
    Scores(scores::ScoresArgs),
    /// Finds the numbers for the levels of `quality`, and what those in force are worth
    Quality(quality::QualityArgs),
}

#[derive(Debug, clap::Args)]
struct RunArgs {
    /// The folder with `sharp.mjs` and its `node_modules`; pictures that are made go there too
    #[arg(long)]
    folder: PathBuf,
    /// This program built with the feature `aom`
    #[arg(long)]
    aom: Option<PathBuf>,
    /// Three photos, one round; the report goes to the folder
    #[arg(long)]
    quick: bool,
    /// All figures on standard output too, as JSON
    #[arg(long)]
    json: bool,
    /// Only the works with this in their name; the report goes to the folder
    #[arg(long)]
    only: Option<String>,
}

fn main() -> anyhow::Result<()> {
    match Args::parse().command {
        Command::Worker => worker::serve(std::io::stdin().lock(), std::io::stdout().lock()),
        Command::Run(args) => run(&args),
        Command::Scores(args) => {
            write!(std::io::stdout(), "{}", scores::table(&args)?)?;
            Ok(())
        }
        Command::Quality(args) => quality(&args),
    }
}

fn quality(args: &quality::QualityArgs) -> anyhow::Result<()> {
    let (samples, text, path) = quality::calibrate(args, &machine::describe("edge-resizer"))?;
    std::fs::write(&path, &text).with_context(|| format!("writing {}", path.display()))?;
    let mut out = std::io::stdout().lock();
    if args.json {
        serde_json::to_writer(&mut out, &samples)?;
        writeln!(out)?;
    } else {
        write!(out, "{text}")?;
    }
    say(&format!("written: {}", path.display()));
    Ok(())
}

fn run(args: &RunArgs) -> anyhow::Result<()> {
    // The workers stand elsewhere.
    let folder = args.folder.canonicalize().context("the folder with sharp")?;
    let bench = Bench {
        folder: &folder,
        aom: args.aom.as_deref(),
        quick: args.quick,
        only: args.only.as_deref(),
    };
    let results = measure::all(&bench)?;
    let text = report::markdown(&results, &machine::describe("edge-resizer"), args.quick);
    let whole = !args.quick && args.only.is_none();
    let path = if whole {
        PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("results/images.md")
    } else {
        folder.join("images.md")
    };
    std::fs::create_dir_all(path.parent().unwrap_or(&path))?;
    std::fs::write(&path, &text).with_context(|| format!("writing {}", path.display()))?;
    let mut out = std::io::stdout().lock();
    if args.json {
        serde_json::to_writer(&mut out, &results)?;
        writeln!(out)?;
    } else {
        write!(out, "{}", report::summary(&results))?;
    }
    say(&format!("written: {}", path.display()));
    Ok(())
}

/// A line for whoever watches.
fn say(line: &str) {
    // Where standard error is closed nobody is there to tell.
    let _ = writeln!(std::io::stderr(), "{line}");
}
