//! `cdn-cli logs ddl`, `lint` and `setup`: the tables by which Athena is asked.

use std::path::PathBuf;

use clap::{Args, Subcommand, ValueHint};

/// The commands about Athena's tables.
#[derive(Debug, Subcommand)]
pub(crate) enum TablesCommand {
    /// Print the SQL that makes Athena's tables and views over a fleet's logs
    Ddl(DdlArgs),
    /// Find known mistakes in tables over access logs
    Lint(LintTablesArgs),
    /// Deploy what Athena needs to be asked about a fleet's logs
    #[cfg(feature = "deploy")]
    Setup(Box<SetupArgs>),
}

/// Where a fleet's logs lie, as far as the fleet file does not say it.
#[derive(Clone, Debug, Args)]
#[command(next_help_heading = "Logs")]
pub(crate) struct FleetLogsArgs {
    /// Where raw logs lie, if not in the bucket of the fleet's stack of logs
    #[arg(long, value_name = "S3-URL")]
    pub(crate) raw: Option<String>,
    /// Which standard logs lie there: 2, as a deploy of the fleet sends them, or 1,
    /// which a distribution's own setting writes into one folder
    #[arg(
        long,
        value_name = "VERSION",
        default_value = "2",
        value_parser = ["1", "2"],
        requires_if("1", "raw"),
        hide_possible_values = true
    )]
    pub(crate) log_version: String,
    /// Where `cdn-cli logs compact` puts days
    #[arg(long, value_name = "S3-URL")]
    pub(crate) compacted: Option<String>,
    /// The database [default: the fleet's name and _logs]
    #[arg(long, value_name = "NAME")]
    pub(crate) database: Option<String>,
    /// The id of a distribution that tenants share; may be repeated
    #[arg(long, value_name = "ID")]
    pub(crate) tenants: Vec<String>,
}

/// `cdn-cli logs ddl`.
#[derive(Clone, Debug, Args)]
#[command(after_help = DDL_EXAMPLES)]
pub(crate) struct DdlArgs {
    /// The sites
    #[arg(long, value_name = "FILE", default_value = "fleet.toml", value_hint = ValueHint::FilePath)]
    pub(crate) fleet: PathBuf,
    /// The number of the account that has the fleet's bucket of logs
    #[arg(long, value_name = "NUMBER", required_unless_present = "raw")]
    pub(crate) account: Option<String>,
    #[command(flatten)]
    pub(crate) logs: FleetLogsArgs,
}

const DDL_EXAMPLES: &str = "\
Examples:
  cdn-cli logs ddl --account 111122223333
  cdn-cli logs ddl --raw s3://logs/cdn --compacted s3://days/cdn > tables.sql
  cdn-cli logs ddl --raw s3://old-logs/cdn --log-version 1

Athena takes one statement at a time. `cdn-cli logs setup` deploys the same.";

/// `cdn-cli logs lint`.
#[derive(Clone, Debug, Args)]
#[command(after_help = LINT_EXAMPLES)]
pub(crate) struct LintTablesArgs {
    /// Files of CREATE EXTERNAL TABLE, or what `aws glue get-tables` prints; - is
    /// the standard input
    #[arg(value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub(crate) files: Vec<PathBuf>,
    /// Print the findings as JSON
    #[arg(long)]
    pub(crate) json: bool,
    #[cfg(feature = "athena")]
    #[command(flatten)]
    pub(crate) catalog: CatalogArgs,
}

/// Tables that are there.
#[cfg(feature = "athena")]
#[derive(Clone, Debug, Args)]
#[command(next_help_heading = "Catalog")]
pub(crate) struct CatalogArgs {
    /// Look over the tables of this database, as Athena has them
    #[arg(long, value_name = "NAME")]
    pub(crate) database: Option<String>,
    #[command(flatten)]
    pub(crate) aws: super::AwsArgs,
}

const LINT_EXAMPLES: &str = "\
Examples:
  cdn-cli logs lint tables.sql
  aws glue get-tables --database-name cdn | cdn-cli logs lint -

Exit status 1 says that answers over one of the tables are false, or will be.
docs/athena.md has every rule.";

/// `cdn-cli logs setup`.
#[cfg(feature = "deploy")]
#[derive(Clone, Debug, Args)]
#[command(after_help = SETUP_EXAMPLES)]
pub(crate) struct SetupArgs {
    #[command(flatten)]
    pub(crate) logs: FleetLogsArgs,
    /// GB that a question may read; Athena ends one that reads more
    #[arg(long, value_name = "GB", default_value_t = 1_000, value_parser = clap::value_parser!(u64).range(1..=7_000_000))]
    pub(crate) limit: u64,
    /// Print the template, and change nothing
    #[arg(long)]
    pub(crate) template: bool,
    /// Agree to the plan beforehand
    #[arg(long)]
    pub(crate) yes: bool,
    /// Print what happens as lines of JSON
    #[arg(long)]
    pub(crate) json: bool,
    #[command(flatten)]
    pub(crate) fleet: super::FleetArgs,
}

#[cfg(feature = "deploy")]
const SETUP_EXAMPLES: &str = "\
Examples:
  cdn-cli logs setup
  cdn-cli logs setup --compacted s3://days/cdn --limit 200 --yes
  cdn-cli logs setup --template > athena.yaml

It makes the stack <fleet>-athena: a database with the tables and the view
`requests`, a workgroup with a limit, and a bucket for answers. After a change of
the fleet file, the same command brings the view up to date.";
