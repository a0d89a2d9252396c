//! The arguments of what reads a fleet file.

use std::path::PathBuf;

use clap::{Args, Subcommand, ValueEnum, ValueHint};

/// `cdn-cli fleet`.
#[derive(Debug, Subcommand)]
pub(crate) enum FleetCommand {
    /// Say all that is wrong in the file and those that it includes
    Validate(ValidateArgs),
    /// List the sites
    List(ListArgs),
    /// Print a site with everything decided
    Show(ShowArgs),
    /// Say which file and line a value came from, and what it overrode
    Explain(ExplainArgs),
    /// Look for what is allowed and yet unwise in a shop
    Lint(LintArgs),
}

/// Which fleet is meant.
#[derive(Debug, Args)]
pub(crate) struct FileArgs {
    /// The fleet file
    #[arg(long, value_name = "FILE", default_value = "fleet.toml")]
    #[arg(value_hint = ValueHint::FilePath)]
    pub(crate) fleet: PathBuf,
}

/// `cdn-cli fleet validate`.
#[derive(Debug, Args)]
#[command(after_help = VALIDATE_EXAMPLES)]
pub(crate) struct ValidateArgs {
    /// Print one JSON object
    #[arg(long)]
    pub(crate) json: bool,
    /// Which fleet.
    #[command(flatten)]
    pub(crate) file: FileArgs,
}

const VALIDATE_EXAMPLES: &str = "\
Examples:
  cdn-cli fleet validate
  cdn-cli fleet validate --fleet shops/fleet.toml --json | jq '.problems[]'

Exit status: 0 the file is good, 1 it has problems, 2 it cannot be read.";

/// `cdn-cli fleet list`.
#[derive(Debug, Args)]
#[command(after_help = LIST_EXAMPLES)]
pub(crate) struct ListArgs {
    /// Print one JSON array
    #[arg(long)]
    pub(crate) json: bool,
    /// Which fleet.
    #[command(flatten)]
    pub(crate) file: FileArgs,
}

const LIST_EXAMPLES: &str = "\
Examples:
  cdn-cli fleet list
  cdn-cli fleet list --json | jq -r '.[] | select(.wave == 0).name'";

/// `cdn-cli fleet show`.
#[derive(Debug, Args)]
#[command(after_help = SHOW_EXAMPLES)]
pub(crate) struct ShowArgs {
    /// The site
    #[arg(value_name = "SITE")]
    pub(crate) site: String,
    /// Print one JSON object
    #[arg(long)]
    pub(crate) json: bool,
    /// Which fleet.
    #[command(flatten)]
    pub(crate) file: FileArgs,
}

const SHOW_EXAMPLES: &str = "\
Examples:
  cdn-cli fleet show aurora
  cdn-cli fleet show aurora --json | jq .headers

Secrets are masked. A comment says which layers a key has its values from.";

/// `cdn-cli fleet explain`.
#[derive(Debug, Args)]
#[command(after_help = EXPLAIN_EXAMPLES)]
pub(crate) struct ExplainArgs {
    /// The site and the key; of a table, all values below it are explained
    #[arg(value_name = "SITE[.KEY]")]
    pub(crate) key: String,
    /// Print one JSON array
    #[arg(long)]
    pub(crate) json: bool,
    /// Which fleet.
    #[command(flatten)]
    pub(crate) file: FileArgs,
}

const EXPLAIN_EXAMPLES: &str = "\
Examples:
  cdn-cli fleet explain aurora.headers.hsts.max_age
  cdn-cli fleet explain 'aurora.behaviors.\"/assets/*\"'
  cdn-cli fleet explain aurora --json | jq -r '.[] | select(.layer == \"site\").key'";

/// `cdn-cli fleet lint`.
#[derive(Debug, Args)]
#[command(after_help = LINT_EXAMPLES)]
pub(crate) struct LintArgs {
    /// How findings are printed
    #[arg(long, value_name = "FORMAT", value_enum, default_value_t = LintFormat::Text)]
    pub(crate) format: LintFormat,
    /// Print one JSON array, as --format json
    #[arg(long, conflicts_with = "format")]
    pub(crate) json: bool,
    /// From which severity on findings are a no
    #[arg(long, value_name = "SEVERITY", value_enum, default_value_t = Deny::Error)]
    pub(crate) deny: Deny,
    /// Which fleet.
    #[command(flatten)]
    pub(crate) file: FileArgs,
}

const LINT_EXAMPLES: &str = "\
Examples:
  cdn-cli fleet lint
  cdn-cli fleet lint --deny warning
  cdn-cli fleet lint --format sarif > fleet.sarif

Exit status: 0 nothing that is denied, 1 something is, 2 error.";

/// How findings are printed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum LintFormat {
    /// For people
    Text,
    /// One JSON array
    Json,
    /// SARIF 2.1.0, for code hosts
    Sarif,
    /// `JUnit`, for CI
    Junit,
}

/// From which severity on findings are a no.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Deny {
    /// A shopper may see what is somebody else's, or nothing at all
    Error,
    /// It will cost money, speed or safety
    Warning,
    /// It could be better
    Note,
}

/// `cdn-cli schema`.
#[derive(Debug, Args)]
#[command(after_help = SCHEMA_EXAMPLES)]
pub(crate) struct SchemaArgs {}

const SCHEMA_EXAMPLES: &str = "\
Examples:
  cdn-cli schema > fleet.schema.json

An editor that knows TOML (taplo, Even Better TOML) takes it from the first line
of a fleet file: #:schema ./fleet.schema.json";

/// `cdn-cli init`.
#[derive(Debug, Args)]
#[command(after_help = INIT_EXAMPLES)]
pub(crate) struct InitArgs {
    /// The file to write; one that is there is left as it is
    #[arg(value_name = "FILE", default_value = "fleet.toml", value_hint = ValueHint::FilePath)]
    pub(crate) file: PathBuf,
    /// A distribution that is there, as a site; may be repeated
    #[cfg(feature = "deploy")]
    #[arg(long, value_name = "ID")]
    pub(crate) from_distribution: Vec<String>,
    /// The same from a file, as `aws cloudfront get-distribution` prints it; policies that it names,
    /// as `get-cache-policy` and its like print them, come in files of their own
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub(crate) from_file: Vec<PathBuf>,
    #[cfg(feature = "deploy")]
    #[command(flatten)]
    pub(crate) aws: super::AwsArgs,
}

const INIT_EXAMPLES: &str = "\
Examples:
  cdn-cli init
  cdn-cli init shops/fleet.toml
  cdn-cli init --from-file distribution.json --from-file cache-policy.json

What a fleet file cannot say of a distribution is told, and stands in the file
as a comment at its place.";
