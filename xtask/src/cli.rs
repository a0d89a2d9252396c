//! The command line.

use std::path::PathBuf;

use clap::{Args as ClapArgs, Parser, Subcommand, ValueEnum};

/// What a developer of this project runs.
#[derive(Debug, Parser)]
#[command(name = "cargo xtask", bin_name = "cargo xtask", disable_help_subcommand = true)]
pub(crate) struct Args {
    #[command(subcommand)]
    pub(crate) task: Option<Task>,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Task {
    /// Measure: criterion benches of every stage
    Bench {
        /// Only the benches with this in their name
        filter: Option<String>,
    },
    /// Measure side by side with what others use
    Peers {
        #[command(subcommand)]
        peer: Peer,
    },
    /// Write what AWS Lambda is given into target/bundles: WASM modules and the native host
    Bundle {
        /// The fleet that is baked in
        #[arg(long, default_value = "examples/fleet-on-aws.toml")]
        fleet: PathBuf,
    },
    /// Compare every report's answer with that of the engine that Athena is built on
    Conformance(ConformanceOptions),
    /// Measure the commands on a fleet of 500 sites; writes benches/results/fleet.md
    Fleet(FleetOptions),
    /// Look for inputs that break a parser or decoder (with cargo-fuzz)
    Fuzz(FuzzOptions),
    /// Get what the suites need beyond Rust, or say what is missing
    Setup {
        /// Install with apt-get (through sudo where not root)
        #[arg(long)]
        install: bool,
    },
    /// Draw the example shop's packshots anew
    Shop,
    /// Everything that has to hold: format, lints, licenses, tests, docs, suites
    Test(TestOptions),
    /// Run SQL on the engine that Athena is built on, got from Maven Central
    Trino(TrinoOptions),
    /// Build the WASM modules of the Lambda@Edge host, and say how large they are
    Wasm(WasmBuildOptions),
}

#[derive(Clone, Copy, Debug, ClapArgs)]
pub(crate) struct WasmBuildOptions {
    /// Whose compiler [default: rustup's where it has the target or gets it, else Debian's]
    #[arg(long, value_enum)]
    pub(crate) toolchain: Option<Toolchain>,
}

/// Who builds for wasm32.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Toolchain {
    /// The toolchain of everything else, with a target more
    Rustup,
    /// rustc-web and cargo-web, which build the standard library from its sources
    Debian,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Peer {
    /// Pictures: time, bytes, SSIMULACRA2 and memory against sharp; writes benches/results/images.md
    Images(ImagesOptions),
    /// Logs: a question asked of other engines too; writes benches/results/logs.md
    Logs(LogsOptions),
    /// What the levels of quality score, without a peer; writes benches/results/quality.md
    Quality(QualityOptions),
    /// A million URLs warmed, beside a load generator; writes benches/results/warm.md
    Warm(WarmPeerOptions),
    /// The WASM module: time, cold start and memory against sharp's; writes benches/results/wasm.md
    Wasm(WasmOptions),
}

#[derive(Clone, Copy, Debug, ClapArgs)]
pub(crate) struct WarmPeerOptions {
    /// Few URLs and one round, to try it; the report goes to the target folder
    #[arg(long)]
    pub(crate) quick: bool,
}

#[derive(Clone, Copy, Debug, ClapArgs)]
pub(crate) struct WasmOptions {
    /// Two rounds, to try it; the report goes to the target folder
    #[arg(long)]
    pub(crate) quick: bool,
}

#[derive(Clone, Copy, Debug, ClapArgs)]
pub(crate) struct LogsOptions {
    /// Few lines and rounds, to try it; the report goes to the target folder
    #[arg(long)]
    pub(crate) quick: bool,
}

#[derive(Clone, Copy, Debug, ClapArgs)]
pub(crate) struct QualityOptions {
    /// Three photos, to try it; the report goes to the target folder
    #[arg(long)]
    pub(crate) quick: bool,
    /// All figures on standard output, as JSON, in place of the report
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Debug, ClapArgs)]
pub(crate) struct ImagesOptions {
    /// Three photos and one round, to try it; the report goes to the target folder
    #[arg(long)]
    pub(crate) quick: bool,
    /// All figures on standard output too, as JSON
    #[arg(long)]
    pub(crate) json: bool,
    /// Only the works with this in their name; the report goes to the target folder
    #[arg(long)]
    pub(crate) only: Option<String>,
}

#[derive(Clone, Copy, Debug, ClapArgs)]
pub(crate) struct ConformanceOptions {
    /// Write the comparison into docs/conformance.md, not into the target folder
    #[arg(long)]
    pub(crate) record: bool,
}

#[derive(Clone, Copy, Debug, ClapArgs)]
pub(crate) struct FleetOptions {
    /// One round, to try it; the report goes to the target folder
    #[arg(long)]
    pub(crate) quick: bool,
}

#[derive(Clone, Debug, ClapArgs)]
pub(crate) struct FuzzOptions {
    /// The targets, files of tests/fuzz/targets [default: all]
    pub(crate) targets: Vec<String>,
    /// How long each is run
    #[arg(long, default_value_t = 10)]
    pub(crate) minutes: u64,
}

#[derive(Clone, Debug, ClapArgs)]
pub(crate) struct TrinoOptions {
    /// Statements, without semicolons; - takes those of standard input, with semicolons between
    pub(crate) sql: Vec<String>,
    /// Leave the server running; the next call takes it
    #[arg(long)]
    pub(crate) keep: bool,
    /// Columns and rows of each statement as a line of JSON
    #[arg(long)]
    pub(crate) json: bool,
    /// End the server that was left running
    #[arg(long, conflicts_with_all = ["sql", "keep", "json"])]
    pub(crate) stop: bool,
}

#[derive(Clone, Copy, Debug, ClapArgs)]
pub(crate) struct TestOptions {
    /// Install what the suites need beyond Rust with apt-get (through sudo where not root)
    #[arg(long)]
    pub(crate) install: bool,
    /// Leave out the suites with servers, browsers and second implementations
    #[arg(long)]
    pub(crate) fast: bool,
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;

    #[test]
    fn the_command_line_is_consistent() {
        Args::command().debug_assert();
    }

    #[test]
    fn every_task_is_listed_with_a_line() {
        let help = Args::command().render_help().to_string();
        for task in Args::command().get_subcommands() {
            let about = task.get_about().map(ToString::to_string).unwrap_or_default();
            assert!(!about.is_empty() && help.contains(&about), "{}", task.get_name());
        }
    }
}
