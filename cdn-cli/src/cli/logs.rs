//! `cdn-cli logs`.

use std::path::PathBuf;

use clap::{Args, Subcommand, ValueEnum, ValueHint};
use jiff::SignedDuration;
use log_analytics::Check;

use super::AwsArgs;
#[cfg(feature = "tables")]
use super::TablesCommand;
use super::engine::{EngineArgs, needed};

/// `cdn-cli logs`.
#[derive(Debug, Subcommand)]
pub(crate) enum LogsCommand {
    /// Make logs days of typed Parquet, each request once
    Compact(CompactArgs),
    /// Write a folder of linked pages: the fleet, and each site
    Dashboard(DashboardArgs),
    /// Answer a report over logs
    Report(ReportArgs),
    /// List the reports that come along, or print one
    Reports(ReportsArgs),
    /// Answer SQL over logs, ad hoc
    Sql(SqlArgs),
    #[cfg(feature = "tables")]
    #[command(flatten)]
    Tables(TablesCommand),
}

/// `cdn-cli logs compact`.
#[derive(Clone, Debug, Args)]
#[command(after_help = COMPACT_EXAMPLES)]
pub(crate) struct CompactArgs {
    #[command(flatten)]
    pub(crate) input: InputArgs,
    /// The folder of days; made where it is not there
    #[arg(value_name = "DAYS", value_hint = ValueHint::DirPath)]
    pub(crate) destination: PathBuf,
    /// Take rows of a day so long after its end, or its first compaction: 48h
    #[arg(long, value_name = "DURATION")]
    pub(crate) reopen: Option<SignedDuration>,
    /// MiB of memory that sorting may use before it goes to the disk
    #[arg(long, value_name = "MIB", default_value_t = 256, value_parser = clap::value_parser!(u16).range(64..))]
    pub(crate) memory: u16,
    /// Print what was done as JSON
    #[arg(long)]
    pub(crate) json: bool,
}

const COMPACT_EXAMPLES: &str = "\
Examples:
  cdn-cli logs compact logs/ days/ --fleet fleet.toml
  cdn-cli logs report traffic days/
  cdn-cli logs report traffic logs/ days/     # no row is counted twice

It may run as often as you like: files whose rows are there are passed over.
Exit status 1 says that files were held back, and why.";

/// `cdn-cli logs report`.
#[derive(Clone, Debug, Args)]
#[command(after_help = REPORT_EXAMPLES, mut_arg("logs", needed))]
pub(crate) struct ReportArgs {
    /// A report that comes along, or a file of your own
    #[arg(value_name = "NAME|FILE.sql")]
    pub(crate) report: String,
    #[command(flatten)]
    pub(crate) input: InputArgs,
    /// From when on, UTC: 2026-11-23 or '2026-11-23 07:00:00'
    #[arg(long, value_name = "TIME")]
    pub(crate) from: Option<String>,
    /// Up to when (exclusive), UTC
    #[arg(long, value_name = "TIME")]
    pub(crate) to: Option<String>,
    /// A site, or a pattern of SQL's LIKE
    #[arg(long, value_name = "SITE")]
    pub(crate) site: Option<String>,
    /// Another parameter of the report
    #[arg(long, value_name = "NAME=VALUE", value_parser = pair)]
    pub(crate) param: Vec<(String, String)>,
    /// What every row has to hold, else the exit code is 1: 'availability >= 99.9'
    #[arg(long, value_name = "CONDITION")]
    pub(crate) check: Option<Check>,
    #[command(flatten)]
    pub(crate) output: OutputArgs,
    #[command(flatten)]
    pub(crate) engine: EngineArgs,
}

/// `cdn-cli logs dashboard`.
#[derive(Clone, Debug, Args)]
#[command(after_help = DASHBOARD_EXAMPLES)]
pub(crate) struct DashboardArgs {
    #[command(flatten)]
    pub(crate) input: InputArgs,
    /// From when on, UTC: 2026-11-23 or '2026-11-23 07:00:00'
    #[arg(long, value_name = "TIME")]
    pub(crate) from: Option<String>,
    /// Up to when (exclusive), UTC
    #[arg(long, value_name = "TIME")]
    pub(crate) to: Option<String>,
    /// The availability that is wanted, percent
    #[arg(long, value_name = "PERCENT", default_value_t = 99.9)]
    pub(crate) target: f64,
    /// The folder that the pages are written to
    #[arg(short, long, value_name = "FOLDER", value_hint = ValueHint::DirPath)]
    pub(crate) output: PathBuf,
}

const DASHBOARD_EXAMPLES: &str = "\
Examples:
  cdn-cli logs dashboard logs/ -o dashboard
  cdn-cli logs dashboard logs/ --fleet fleet.toml --from 2026-11-01 -o dashboard";

const REPORT_EXAMPLES: &str = "\
Examples:
  cdn-cli logs report traffic logs/
  cdn-cli logs report cache 'logs/*.gz' --site aurora --from 2026-11-01
  cdn-cli logs report mine.sql logs/ --format csv -o mine.csv
  cdn-cli logs report traffic logs/ --format html -o traffic.html
  cdn-cli logs report availability logs/ --check 'availability >= 99.9'
  zcat x.gz | cdn-cli logs report sites -";

/// `cdn-cli logs reports`.
#[derive(Clone, Debug, Args)]
pub(crate) struct ReportsArgs {
    /// Print this one's SQL
    #[arg(value_name = "NAME")]
    pub(crate) name: Option<String>,
    /// Print the list as JSON
    #[arg(long, conflicts_with = "name")]
    pub(crate) json: bool,
}

/// `cdn-cli logs sql`.
#[derive(Clone, Debug, Args)]
#[command(after_help = SQL_EXAMPLES, mut_arg("logs", needed))]
pub(crate) struct SqlArgs {
    /// The question, in Trino's SQL, over the view `requests`
    #[arg(value_name = "SQL")]
    pub(crate) sql: String,
    #[command(flatten)]
    pub(crate) input: InputArgs,
    #[command(flatten)]
    pub(crate) output: OutputArgs,
    #[command(flatten)]
    pub(crate) engine: EngineArgs,
}

const SQL_EXAMPLES: &str = "\
Examples:
  cdn-cli logs sql 'SELECT status, count(*) FROM requests GROUP BY 1' logs/
  cdn-cli logs sql 'DESCRIBE requests' logs/";

/// Which logs, and how they are read.
#[derive(Clone, Debug, Args)]
#[command(next_help_heading = "Input")]
pub(crate) struct InputArgs {
    /// Files, folders with all below them, patterns, `s3://bucket/…`; - is stdin
    #[arg(value_name = "LOGS", required = true, value_hint = ValueHint::AnyPath)]
    pub(crate) logs: Vec<String>,
    /// The fleet file that tells whose hosts there are
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub(crate) fleet: Option<PathBuf>,
    /// What stands between columns of files without a header [default: a tab]
    #[arg(long, value_name = "TEXT")]
    pub(crate) delimiter: Option<String>,
    /// The columns of files without a header, as CloudFront names them
    #[arg(long, value_name = "NAMES", value_delimiter = ',')]
    pub(crate) fields: Option<Vec<String>>,
    /// Read addresses whole, for a reason that is printed with the answer
    #[arg(long, value_name = "REASON")]
    pub(crate) full_ip: Option<String>,
    /// Make a line that cannot be understood an error
    #[arg(long)]
    pub(crate) strict: bool,
    /// Write file, line and reason of lines that cannot be understood here
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub(crate) quarantine: Option<PathBuf>,
    /// Files read at once [default: one for each processor]
    #[arg(long, value_name = "N")]
    pub(crate) threads: Option<usize>,
    #[command(flatten)]
    pub(crate) aws: AwsArgs,
}

/// How the answer is written.
#[derive(Clone, Debug, Args)]
#[command(next_help_heading = "Output")]
pub(crate) struct OutputArgs {
    /// How the answer is written
    #[arg(long, value_enum, default_value_t)]
    pub(crate) format: LogFormat,
    /// Write it to a file
    #[arg(short, long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub(crate) output: Option<PathBuf>,
}

/// How an answer is written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum LogFormat {
    /// Columns for a terminal
    #[default]
    Table,
    /// An array of objects
    Json,
    /// Comma-separated values
    Csv,
    /// A table of Markdown
    Markdown,
    /// Metrics in Prometheus's text format
    Prometheus,
    /// A page that needs nothing but itself
    Html,
    /// A Parquet file
    Parquet,
}

fn pair(text: &str) -> Result<(String, String), String> {
    let (name, value) = text.split_once('=').ok_or("a parameter is NAME=VALUE")?;
    Ok((name.to_owned(), value.to_owned()))
}
