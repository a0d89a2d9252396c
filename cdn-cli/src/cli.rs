//! The command line: every command with its arguments, and nothing about what they do.

#[cfg(any(feature = "deploy", feature = "logs"))]
mod aws;
#[cfg(feature = "migrate")]
mod compare;
mod cost;
#[cfg(feature = "deploy")]
mod cutover;
#[cfg(all(feature = "logs", feature = "athena"))]
mod engine;
#[cfg(all(feature = "logs", not(feature = "athena")))]
#[path = "cli/engine_off.rs"]
mod engine;
mod fleet;
#[cfg(feature = "import")]
mod import;
#[cfg(feature = "logs")]
mod logs;
#[cfg(feature = "migrate")]
mod migrate;
#[cfg(feature = "deploy")]
mod operate;
#[cfg(feature = "tables")]
mod tables;
#[cfg(feature = "warm")]
mod warm;

use std::path::PathBuf;

use clap::{
    Arg, ArgMatches, Args, CommandFactory as _, FromArgMatches, Parser, Subcommand, ValueHint,
};
use edge_resizer::recipe::{OptionRow, options};

#[cfg(any(feature = "deploy", feature = "logs"))]
pub(crate) use aws::*;
#[cfg(feature = "migrate")]
pub(crate) use compare::*;
pub(crate) use cost::CostArgs;
#[cfg(feature = "deploy")]
pub(crate) use cutover::*;
#[cfg(feature = "logs")]
pub(crate) use engine::*;
pub(crate) use fleet::{
    Deny, ExplainArgs as FleetExplainArgs, FleetCommand, InitArgs, LintArgs, LintFormat, ListArgs,
    SchemaArgs, ShowArgs, ValidateArgs,
};
#[cfg(feature = "import")]
pub(crate) use import::*;
#[cfg(feature = "logs")]
pub(crate) use logs::*;
#[cfg(feature = "migrate")]
pub(crate) use migrate::*;
#[cfg(feature = "deploy")]
pub(crate) use operate::*;
#[cfg(feature = "tables")]
pub(crate) use tables::*;
#[cfg(feature = "warm")]
pub(crate) use warm::*;

/// Serve, transform and explain the pictures of brand shops.
#[derive(Debug, Parser)]
#[command(name = "cdn-cli", version, max_term_width = WIDTH, arg_required_else_help = true)]
#[command(disable_help_subcommand = true, after_help = EXAMPLES)]
pub(crate) struct Cli {
    /// What to do.
    #[command(subcommand)]
    pub(crate) command: Command,
}

/// Columns that help and tables keep to, whatever the terminal has.
pub(crate) const WIDTH: usize = 80;

const EXAMPLES: &str = "\
Examples:
  cdn-cli images transform photo.jpg -o card.avif --width 400
  cdn-cli images explain '/cdn-cgi/image/w=400,f=auto/photos/a.jpg'

Exit status: 0 done, 1 the answer is no (where --check asks), 2 error.";

/// The commands.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Serve the shops of a fleet on this machine, with a playground for pictures
    #[cfg(feature = "dev")]
    Dev(DevArgs),
    /// Transform pictures, explain and sign their URLs
    #[command(subcommand)]
    Images(ImagesCommand),
    /// Read a fleet file: validate, list, show, explain, lint
    #[command(subcommand)]
    Fleet(FleetCommand),
    /// Write a commented fleet file to begin with
    Init(InitArgs),
    /// Move from Cloudflare: a zone becomes a site, each rule has its verdict
    #[cfg(feature = "import")]
    #[command(subcommand)]
    Import(ImportCommand),
    /// Print the JSON Schema of fleet files, for editors
    Schema(SchemaArgs),
    /// Write the CloudFormation templates of a fleet
    #[cfg(feature = "deploy")]
    Render(RenderArgs),
    /// Show what a fleet needs of AWS's quotas, and what to ask for
    #[cfg(feature = "deploy")]
    Quotas(QuotasArgs),
    /// Ask access logs: reports, or SQL of one's own
    #[cfg(feature = "logs")]
    #[command(subcommand)]
    Logs(LogsCommand),
    /// Make and look over the tables by which Athena is asked about access logs
    #[cfg(all(feature = "tables", not(feature = "logs")))]
    #[command(subcommand)]
    Logs(TablesCommand),
    /// Ask the old and the new host for the same, and tell where they differ
    #[cfg(feature = "migrate")]
    Compare(Box<CompareArgs>),
    /// See what a move has to cover
    #[cfg(feature = "migrate")]
    #[command(subcommand)]
    Migrate(MigrateCommand),
    /// Fill caches before shoppers arrive, and prove that they are full
    #[cfg(feature = "warm")]
    Warm(Box<WarmArgs>),
    /// Estimate what a month costs, by the use of it or at a flat rate
    Cost(CostArgs),
    #[cfg(feature = "deploy")]
    #[command(flatten)]
    Operate(OperateCommand),
    /// Print a script that completes commands and flags in a shell
    Completions(CompletionsArgs),
}

/// The commands that read and change what is deployed.
#[cfg(feature = "deploy")]
#[derive(Debug, Subcommand)]
pub(crate) enum OperateCommand {
    /// Show what a deploy would change, field by field
    Plan(PlanArgs),
    /// Deploy the fleet through CloudFormation, wave by wave
    Deploy(DeployArgs),
    /// Show what is deployed
    Status(StatusArgs),
    /// List what was deployed of a site, and when
    Versions(VersionsArgs),
    /// Bring sites back to an earlier version
    Rollback(RollbackArgs),
    /// Delete sites from the account
    Destroy(DestroyArgs),
    /// Find what was changed past the deploys; put it back, or say it in the fleet file
    Drift(DriftArgs),
    /// List versions of the function at the edge that wait to be deleted
    Orphans(OrphansArgs),
    /// Purge paths, tags or pictures from the caches
    Invalidate(Box<InvalidateArgs>),
    /// List, request and prove certificates
    #[command(subcommand)]
    Certs(CertsCommand),
    /// Move a site to CloudFront step by step, and back
    #[command(subcommand)]
    Cutover(CutoverCommand),
    /// Show and write the records that lead shoppers to CloudFront
    #[command(subcommand)]
    Dns(DnsCommand),
}

/// `cdn-cli dev`.
#[cfg(feature = "dev")]
#[derive(Clone, Debug, Args)]
#[command(after_help = DEV_EXAMPLES)]
pub(crate) struct DevArgs {
    /// The sites to serve [default: examples/fleet.toml]
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub(crate) fleet: Option<PathBuf>,
    /// The address to listen on; port 0 takes a free one
    #[arg(long, value_name = "ADDR", default_value = "127.0.0.1:8080")]
    pub(crate) listen: std::net::SocketAddr,
    /// The folder for access logs and the cache
    #[arg(long, value_name = "DIR", default_value = "dev-data", value_hint = ValueHint::DirPath)]
    pub(crate) data: PathBuf,
}

#[cfg(feature = "dev")]
const DEV_EXAMPLES: &str = "\
Examples:
  cdn-cli dev
  cdn-cli dev --fleet fleet.toml --listen 127.0.0.1:9000

Each site answers at http://<site>.localhost:PORT/, the playground at
http://localhost:PORT/. Ctrl-C ends it.";

/// `cdn-cli images`.
#[derive(Debug, Subcommand)]
pub(crate) enum ImagesCommand {
    /// Transform pictures on disk, the way a server would
    Transform(TransformArgs),
    /// Say how a URL is understood, and what of it is ignored and why
    Explain(ExplainArgs),
    /// Print a URL with a signature
    Sign(SignArgs),
    /// List every option of a URL
    Options(OptionsArgs),
    /// Write the archives that AWS Lambda is given, with the fleet baked in
    Bundle(BundleArgs),
}

/// What a browser of today sends, as far as it is of use here.
const ACCEPT: &str = "image/avif,image/webp";

/// `cdn-cli images transform`.
#[derive(Debug, Args)]
#[command(after_help = TRANSFORM_EXAMPLES)]
pub(crate) struct TransformArgs {
    /// The pictures; `-` is standard input
    #[arg(value_name = "IN", required = true, value_hint = ValueHint::FilePath)]
    pub(crate) inputs: Vec<PathBuf>,
    /// The file to write, a folder for many, `-` for standard output
    #[arg(short, long, value_name = "OUT", value_hint = ValueHint::AnyPath)]
    pub(crate) output: PathBuf,
    /// Do what this URL asks for; whatever source it names, IN is the source
    #[arg(long, value_name = "URL")]
    pub(crate) url: Option<String>,
    /// What the browser accepts, for `format=auto`
    #[arg(long, value_name = "TYPES", default_value = ACCEPT)]
    pub(crate) accept: String,
    /// Print one JSON object for each picture
    #[arg(long)]
    pub(crate) json: bool,
    /// Exit with 1 where a picture came with a warning
    #[arg(long)]
    pub(crate) check: bool,
    /// Print warnings and errors alone
    #[arg(short, long)]
    pub(crate) quiet: bool,
    /// Whose rules hold.
    #[command(flatten)]
    pub(crate) rules: RulesArgs,
    /// One flag for each option of a URL.
    #[command(flatten)]
    pub(crate) options: OptionFlags,
}

const TRANSFORM_EXAMPLES: &str = "\
Examples:
  cdn-cli images transform photo.jpg -o card.avif --width 400
  cdn-cli images transform photos/*.jpg -o small/ --width 800 --format webp
  cdn-cli images transform a.jpg -o a.webp --url '/cdn-cgi/image/w=400,q=70/a'
  cat a.png | cdn-cli images transform - -o - --format jpeg > a.jpg

Without --format a single file gets the format of OUT's extension, anything else
keeps its own. -h lists the common options, --help all of them.";

/// `cdn-cli images explain`.
#[derive(Debug, Args)]
#[command(after_help = EXPLAIN_EXAMPLES)]
pub(crate) struct ExplainArgs {
    /// The URL, or its path and query
    #[arg(value_name = "URL")]
    pub(crate) url: String,
    /// What the browser accepts
    #[arg(long, value_name = "TYPES", default_value = ACCEPT)]
    pub(crate) accept: String,
    /// Another header of the request, `Name: value`; may be repeated
    #[arg(long = "header", value_name = "LINE")]
    pub(crate) headers: Vec<String>,
    /// Print one JSON object
    #[arg(long)]
    pub(crate) json: bool,
    /// Whose rules hold.
    #[command(flatten)]
    pub(crate) rules: RulesArgs,
}

const EXPLAIN_EXAMPLES: &str = "\
Examples:
  cdn-cli images explain '/cdn-cgi/image/w=400,f=auto/photos/a.jpg'
  cdn-cli images explain '/photos/a.jpg?width=400&crop=center' --accept ''
  cdn-cli images explain https://shop.example/a_400x.jpg --fleet fleet.toml";

/// `cdn-cli images sign`.
#[derive(Debug, Args)]
#[command(after_help = SIGN_EXAMPLES)]
pub(crate) struct SignArgs {
    /// The URL, or its path and query
    #[arg(value_name = "URL")]
    pub(crate) url: String,
    /// The file that holds the key
    #[arg(long, value_name = "FILE", conflicts_with = "key_env")]
    #[arg(value_hint = ValueHint::FilePath)]
    pub(crate) key_file: Option<PathBuf>,
    /// The environment variable that holds the key
    #[arg(long, value_name = "NAME")]
    pub(crate) key_env: Option<String>,
    /// When it ends: seconds from now, or a time [default: never]
    #[arg(long, value_name = "WHEN")]
    pub(crate) expires: Option<String>,
    /// Whose keys are used.
    #[command(flatten)]
    pub(crate) rules: RulesArgs,
}

const SIGN_EXAMPLES: &str = "\
Examples:
  cdn-cli images sign /cdn-cgi/image/w=400/a.jpg --key-file key --expires 3600
  cdn-cli images sign https://shop.example/a.jpg?width=400 --fleet fleet.toml

Without --key-file and --key-env the first of the site's `signing.keys` signs.
A key never stands on the command line, where others could read it.";

/// `cdn-cli images options`.
#[derive(Debug, Args)]
#[command(after_help = OPTIONS_EXAMPLES)]
pub(crate) struct OptionsArgs {
    /// Print one JSON array
    #[arg(long)]
    pub(crate) json: bool,
}

const OPTIONS_EXAMPLES: &str = "\
Examples:
  cdn-cli images options
  cdn-cli images options --json | jq -r '.[].name'";

/// `cdn-cli images bundle`.
#[derive(Debug, Args)]
#[command(after_help = BUNDLE_EXAMPLES)]
pub(crate) struct BundleArgs {
    /// The fleet file; its sites have their originals in buckets or on other servers
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub(crate) fleet: PathBuf,
    /// The folder with the WASM modules, for Lambda@Edge
    #[arg(long, value_name = "FOLDER", value_hint = ValueHint::DirPath)]
    pub(crate) edge: Option<PathBuf>,
    /// The program edge-lambda, for regional Lambda
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub(crate) lambda: Option<PathBuf>,
    /// The program warm-lambda, which keeps caches warm
    #[arg(long, value_name = "FILE", conflicts_with = "lambda", value_hint = ValueHint::FilePath)]
    pub(crate) warm: Option<PathBuf>,
    /// The folder with packages.txt and LICENSES.txt about the program
    #[arg(long, value_name = "FOLDER", value_hint = ValueHint::DirPath)]
    pub(crate) about: Option<PathBuf>,
    /// The folder to write the archives to
    #[arg(short, long, value_name = "FOLDER", value_hint = ValueHint::DirPath)]
    pub(crate) output: PathBuf,
    /// Lambda@Edge: no viewer function stands in front; the handler reads the URLs
    #[arg(long)]
    pub(crate) without_viewer_function: bool,
    /// Lambda@Edge: bytes of a body; CloudFront takes 1 MB with headers and base64
    #[arg(long, value_name = "BYTES", default_value_t = 760_000)]
    pub(crate) max_body_bytes: u32,
    /// Lambda@Edge: the bucket for bodies that are larger, at /_spilled
    #[arg(long, value_name = "BUCKET")]
    pub(crate) spill_bucket: Option<String>,
    /// Lambda@Edge: the region of that bucket
    #[arg(long, value_name = "REGION", default_value = "us-east-1")]
    pub(crate) spill_region: String,
    /// Print one JSON object for each archive
    #[arg(long)]
    pub(crate) json: bool,
}

const BUNDLE_EXAMPLES: &str = "\
Examples:
  cdn-cli images bundle --fleet fleet.toml --edge target/edge -o dist
  cdn-cli images bundle --fleet fleet.toml --lambda target/release/edge-lambda \
    -o dist

The same files give the same archives, byte for byte.";

/// Whose rules hold: limits, allowed sizes and formats, presets.
#[derive(Debug, Args)]
#[command(next_help_heading = "Rules")]
pub(crate) struct RulesArgs {
    /// A file of rules, the keys of `images` in a fleet file
    #[arg(long, value_name = "FILE", conflicts_with = "fleet", value_hint = ValueHint::FilePath)]
    pub(crate) policy: Option<PathBuf>,
    /// A fleet file
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub(crate) fleet: Option<PathBuf>,
    /// The site of the fleet [default: the only one, or the URL's host]
    #[arg(long, value_name = "NAME", requires = "fleet")]
    pub(crate) site: Option<String>,
}

/// One flag for each option that a URL can have, under the option's own name: made from the
/// core's table, so that none is missing.
#[derive(Debug)]
pub(crate) struct OptionFlags {
    values: Vec<(&'static str, String)>,
}

impl OptionFlags {
    /// The options that were given, in the order of the table.
    pub(crate) fn pairs(&self) -> Vec<(&'static str, &str)> {
        self.values.iter().map(|(name, value)| (*name, value.as_str())).collect()
    }

    /// Those that do something to a file of one's own.
    fn rows() -> impl Iterator<Item = &'static OptionRow> {
        options().iter().filter(|row| row.is_supported() && row.name != "onerror")
    }

    fn flag(row: &'static OptionRow) -> Arg {
        /// What `-h` shows; `--help` shows all.
        const COMMON: [&str; 9] = [
            "width",
            "height",
            "fit",
            "gravity",
            "dpr",
            "quality",
            "format",
            "background",
            "preset",
        ];
        Arg::new(row.name)
            .long(row.name)
            .value_name("VALUE")
            .help(row.summary.trim_end_matches('.'))
            .long_help(format!(
                "{}\n[values: {}] [default: {}]",
                row.summary.trim_end_matches('.'),
                row.values,
                row.default
            ))
            .help_heading("Options of a picture")
            .conflicts_with("url")
            .hide_short_help(!COMMON.contains(&row.name))
    }
}

impl Args for OptionFlags {
    fn augment_args(command: clap::Command) -> clap::Command {
        Self::rows().fold(command, |command, row| command.arg(Self::flag(row)))
    }

    fn augment_args_for_update(command: clap::Command) -> clap::Command {
        Self::augment_args(command)
    }
}

impl FromArgMatches for OptionFlags {
    fn from_arg_matches(matches: &ArgMatches) -> Result<Self, clap::Error> {
        let values = Self::rows()
            .filter_map(|row| Some((row.name, matches.get_one::<String>(row.name)?.clone())))
            .collect();
        Ok(Self { values })
    }

    fn update_from_arg_matches(&mut self, matches: &ArgMatches) -> Result<(), clap::Error> {
        *self = Self::from_arg_matches(matches)?;
        Ok(())
    }
}

/// `cdn-cli render`.
#[cfg(feature = "deploy")]
#[derive(Debug, Args)]
#[command(after_help = RENDER_EXAMPLES)]
pub(crate) struct RenderArgs {
    /// Only these sites, and what they share with others
    #[arg(value_name = "SITE")]
    pub(crate) sites: Vec<String>,
    /// The folder to write to, a file a stack [default: all to standard output]
    #[arg(short, long, value_name = "DIR", value_hint = ValueHint::DirPath)]
    pub(crate) output: Option<PathBuf>,
    /// The fleet file
    #[arg(long, value_name = "FILE", default_value = "fleet.toml")]
    #[arg(value_hint = ValueHint::FilePath)]
    pub(crate) fleet: PathBuf,
    /// Who shares what with whom: read where it is there, and written anew
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub(crate) state: Option<PathBuf>,
}

#[cfg(feature = "deploy")]
const RENDER_EXAMPLES: &str = "\
Examples:
  cdn-cli render -o templates
  cdn-cli render aurora -o templates --state assignment.json

Each file goes with: aws cloudformation deploy --region us-east-1 --stack-name
NAME --template-file NAME.yaml. Keep the file of --state: with it a site keeps
its place on what is shared when others come and go.";

/// `cdn-cli quotas`.
#[cfg(feature = "deploy")]
#[derive(Debug, Args)]
#[command(after_help = QUOTAS_EXAMPLES)]
pub(crate) struct QuotasArgs {
    /// The fleet file
    #[arg(long, value_name = "FILE", default_value = "fleet.toml")]
    #[arg(value_hint = ValueHint::FilePath)]
    pub(crate) fleet: PathBuf,
    /// Who shares what with whom, as `cdn-cli render` left it
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub(crate) state: Option<PathBuf>,
    /// Print one JSON array
    #[arg(long)]
    pub(crate) json: bool,
}

#[cfg(feature = "deploy")]
const QUOTAS_EXAMPLES: &str = "\
Examples:
  cdn-cli quotas
  cdn-cli quotas --fleet fleet.toml --json | jq '.[] | select(.need > .limit)'

`need` is the most while a fleet is deployed, when old and new objects stand
side by side; `after` is what stays. With 1 it ends where one does not suffice.";

/// `cdn-cli completions`.
#[derive(Debug, Args)]
#[command(after_help = COMPLETIONS_EXAMPLES)]
pub(crate) struct CompletionsArgs {
    /// The shell
    #[arg(value_name = "SHELL")]
    pub(crate) shell: clap_complete::Shell,
}

const COMPLETIONS_EXAMPLES: &str = "\
Examples:
  cdn-cli completions bash > ~/.local/share/bash-completion/completions/cdn-cli
  cdn-cli completions fish > ~/.config/fish/completions/cdn-cli.fish";

/// The command line as data, for completions and for checks of its help.
pub fn command() -> clap::Command {
    Cli::command()
}
