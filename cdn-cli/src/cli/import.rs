//! The arguments of imports from Cloudflare.

use std::path::PathBuf;

use clap::{Args, Subcommand, ValueHint};

/// `cdn-cli import`.
#[derive(Debug, Subcommand)]
pub(crate) enum ImportCommand {
    /// Write zones of Cloudflare as sites of a fleet file, each rule with its verdict
    Cloudflare(ImportCloudflareArgs),
    /// Ask a zone and the sites that it became for the same, and list where they differ
    Check(ImportCheckArgs),
    /// Show what an expression of Cloudflare's rules asks, and what becomes of it
    Explain(ImportExplainArgs),
}

/// `cdn-cli import cloudflare`.
#[derive(Debug, Args)]
#[command(after_help = CLOUDFLARE_EXAMPLES)]
pub(crate) struct ImportCloudflareArgs {
    /// Folders of saved answers of Cloudflare's API, and files; any names
    #[arg(value_name = "DIR", required_unless_present = "zone", value_hint = ValueHint::AnyPath)]
    pub(crate) answers: Vec<PathBuf>,
    /// A zone to ask Cloudflare for; may be repeated
    #[arg(long, value_name = "NAME")]
    pub(crate) zone: Vec<String>,
    /// Keep what Cloudflare answered in this folder
    #[arg(long, value_name = "DIR", requires = "zone", value_hint = ValueHint::DirPath)]
    pub(crate) save: Option<PathBuf>,
    /// The folder to write to
    #[arg(short, long, value_name = "DIR", default_value = "import", value_hint = ValueHint::DirPath)]
    pub(crate) output: PathBuf,
    /// Requests by URL, CSV or JSON, to tell which part of the traffic a verdict is about
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub(crate) requests: Option<PathBuf>,
    /// Exit with 1 where fewer things than that are covered
    #[arg(long, value_name = "PERCENT")]
    pub(crate) require: Option<f64>,
    /// Print the report as one JSON object
    #[arg(long)]
    pub(crate) json: bool,
    /// Where Cloudflare's API is
    #[arg(long, value_name = "URL", default_value = "https://api.cloudflare.com/client/v4")]
    pub(crate) api: reqwest::Url,
}

const CLOUDFLARE_EXAMPLES: &str = "\
Examples:
  cdn-cli import cloudflare answers/ -o migration
  cdn-cli import cloudflare --zone shop.example --save answers -o migration
  cdn-cli import cloudflare answers/ --requests urls.csv --require 95

Written are fleet.toml, records.json for Route 53, report.md, report.json and
report.html, and fleet.imported.toml: with it the next import changes what
Cloudflare changed, and leaves what you changed. --zone takes a token that may
only read from CLOUDFLARE_API_TOKEN.";

/// `cdn-cli import check`.
#[derive(Debug, Args)]
#[command(after_help = CHECK_EXAMPLES)]
pub(crate) struct ImportCheckArgs {
    /// Folders of saved answers of Cloudflare's API, and files; any names
    #[arg(value_name = "DIR", required_unless_present = "zone", value_hint = ValueHint::AnyPath)]
    pub(crate) answers: Vec<PathBuf>,
    /// A zone to ask Cloudflare for; may be repeated
    #[arg(long, value_name = "NAME")]
    pub(crate) zone: Vec<String>,
    /// The fleet file [default: what an import would write]
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub(crate) fleet: Option<PathBuf>,
    /// Requests, one a line; - is the standard input
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub(crate) urls: Vec<PathBuf>,
    /// A sitemap
    #[arg(long, value_name = "URL|FILE", value_hint = ValueHint::AnyPath)]
    pub(crate) sitemap: Vec<String>,
    /// Cloudflare's logs of requests, JSON lines, also packed by gzip
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub(crate) logs: Vec<PathBuf>,
    /// Print the report as one JSON object
    #[arg(long)]
    pub(crate) json: bool,
    /// Where Cloudflare's API is
    #[arg(long, value_name = "URL", default_value = "https://api.cloudflare.com/client/v4")]
    pub(crate) api: reqwest::Url,
}

const CHECK_EXAMPLES: &str = "\
Examples:
  cdn-cli import check answers/ --urls urls.txt
  cdn-cli import check --zone shop.example --logs requests.json.gz --json
  cdn-cli import check answers/ --fleet migration/fleet.toml --sitemap sitemap.xml

A line of --urls is a URL, or a method and a URL. Indented lines behind it are
its headers, `Cookie: a=b`, and what is known of the client: `@address IP`,
`@country DE`, `@system 64496`.

Exit status: 0 both sides agree or a verdict says why not, 1 they differ and no
verdict says so, 2 error.";

/// `cdn-cli import explain`.
#[derive(Debug, Args)]
#[command(after_help = EXPLAIN_EXAMPLES)]
pub(crate) struct ImportExplainArgs {
    /// The expression, a filter or a value
    #[arg(value_name = "EXPRESSION")]
    pub(crate) expression: String,
    /// For requests of this host
    #[arg(long, value_name = "NAME")]
    pub(crate) host: Option<String>,
    /// Print one JSON object
    #[arg(long)]
    pub(crate) json: bool,
}

const EXPLAIN_EXAMPLES: &str = "\
Examples:
  cdn-cli import explain 'starts_with(http.request.uri.path, \"/static/\")'
  cdn-cli import explain 'http.host eq \"a.example\"' --host b.example --json";
