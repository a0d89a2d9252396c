//! Which engine answers, and what Athena may cost.

use std::path::PathBuf;

use clap::{Arg, Args, ValueEnum, ValueHint};

/// Which engine answers.
#[derive(Clone, Debug, Args)]
#[command(next_help_heading = "Engine")]
pub(crate) struct EngineArgs {
    /// What answers: this program over files, or Athena over its tables
    #[arg(long, value_enum, value_name = "ENGINE", default_value_t)]
    pub(crate) engine: Engine,
    /// The database of Athena's tables [default: that of `cdn-cli logs setup`]
    #[arg(long, value_name = "NAME")]
    pub(crate) database: Option<String>,
    /// The workgroup that asks [default: that of `cdn-cli logs setup`]
    #[arg(long, value_name = "NAME")]
    pub(crate) workgroup: Option<String>,
    /// The view that `requests` stands for; `requests_raw` has today's rows
    #[arg(long, value_name = "NAME", default_value = log_athena::REQUESTS_VIEW)]
    pub(crate) view: String,
    /// The days of logs that SQL may read, as FROM..TO; TO is exclusive
    #[arg(long, value_name = "FROM..TO")]
    pub(crate) days: Option<String>,
    /// Dollars that a question may cost without being agreed to
    #[arg(long, value_name = "USD", default_value_t = 1.0)]
    pub(crate) max_cost: f64,
    /// Agree to whatever it costs
    #[arg(long)]
    pub(crate) yes: bool,
    /// Write what was estimated, read and paid to a file, as JSON
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub(crate) bill: Option<PathBuf>,
}

/// What answers.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum Engine {
    /// This program, over files
    #[default]
    Embedded,
    /// Amazon Athena, over its tables
    Athena,
}

/// Athena has its logs named by its tables.
pub(crate) fn needed(logs: Arg) -> Arg {
    logs.required(false).required_unless_present("engine")
}
