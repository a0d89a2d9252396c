//! The arguments of `cdn-cli compare`.

use std::path::PathBuf;

use clap::{Args, ValueEnum, ValueHint};
use site_compare::{Resolve, Url};

/// `cdn-cli compare`.
#[derive(Clone, Debug, Args)]
#[command(after_help = COMPARE_EXAMPLES)]
#[command(override_usage = "cdn-cli compare --old <URL> --new <URL> --urls <FILE> [OPTIONS]")]
#[command(group = clap::ArgGroup::new("asked").required(true).multiple(true))]
pub(crate) struct CompareArgs {
    /// The side that is right: scheme and host
    #[arg(long, value_name = "URL")]
    pub(crate) old: Url,
    /// The side that is held against it
    #[arg(long, value_name = "URL")]
    pub(crate) new: Url,
    /// A file of URLs or paths, one a line; `-` is standard input
    #[arg(long, value_name = "FILE", group = "asked", value_hint = ValueHint::FilePath)]
    pub(crate) urls: Vec<PathBuf>,
    /// A sitemap of the old side, or an index of sitemaps; may be repeated
    #[arg(long, value_name = "URL", group = "asked")]
    pub(crate) sitemap: Vec<String>,
    /// Differences that are as wanted
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub(crate) allow: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) reach: ReachArgs,
    #[command(flatten)]
    pub(crate) sameness: SamenessArgs,
    /// How to print the report
    #[arg(long, value_name = "FORMAT", value_enum, default_value_t = CompareFormat::Text)]
    #[arg(conflicts_with = "json")]
    format: CompareFormat,
    /// The same as --format json
    #[arg(long)]
    json: bool,
    /// Write the report to a file
    #[arg(short, long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub(crate) output: Option<PathBuf>,
}

impl CompareArgs {
    /// The form that was chosen.
    pub(crate) fn chosen(&self) -> CompareFormat {
        if self.json { CompareFormat::Json } else { self.format }
    }
}

/// How the sides are asked.
#[derive(Clone, Debug, Args)]
#[command(next_help_heading = "Requests")]
pub(crate) struct ReachArgs {
    /// Where the old side's host is: an address or another name, with a port if need be
    #[arg(long, value_name = "HOST=ADDR")]
    pub(crate) resolve_old: Vec<Resolve>,
    /// Where the new side's host is, before its DNS exists
    #[arg(long, value_name = "HOST=ADDR")]
    pub(crate) resolve_new: Vec<Resolve>,
    /// Certificates in PEM to trust beside this machine's
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub(crate) ca: Option<PathBuf>,
    /// What browsers of pictures accept; each is a request of its own
    #[arg(long, value_name = "FORMAT", value_enum, value_delimiter = ',')]
    #[arg(default_value = "avif")]
    pub(crate) accept: Vec<Browser>,
    /// Times to ask for each; the last answers are compared
    #[arg(long, value_name = "TIMES", default_value_t = 1)]
    pub(crate) repeat: usize,
    /// URLs to ask for at once
    #[arg(long, value_name = "COUNT", default_value_t = 4)]
    pub(crate) at_once: usize,
    /// Most requests per second, over both sides [default: no limit]
    #[arg(long, value_name = "RATE", value_parser = clap::value_parser!(u32).range(1..=10_000))]
    pub(crate) rate: Option<u32>,
    /// Seconds that an answer may take
    #[arg(long, value_name = "SECONDS", default_value_t = 30)]
    pub(crate) timeout: u64,
}

/// When two answers are the same.
#[derive(Clone, Debug, Args)]
#[command(next_help_heading = "What is the same")]
pub(crate) struct SamenessArgs {
    /// Compare this header too; may be repeated
    #[arg(long = "header", value_name = "NAME")]
    pub(crate) headers: Vec<String>,
    /// Do not compare this header; may be repeated
    #[arg(long, value_name = "NAME")]
    pub(crate) ignore: Vec<String>,
    /// The SSIMULACRA2 score from which on pictures are the same
    #[arg(long, value_name = "SCORE", default_value_t = 70.0, allow_negative_numbers = true)]
    pub(crate) score: f64,
    /// In texts, take white space as one and leave out nonces
    #[arg(long)]
    pub(crate) normalize: bool,
    /// In texts, leave out what this regular expression finds; may be repeated
    #[arg(long, value_name = "REGEX")]
    pub(crate) mask: Vec<String>,
}

/// A kind of browser, by what it accepts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Browser {
    /// AVIF and what is older
    Avif,
    /// WebP and what is older
    Webp,
    /// No newer format
    Jpeg,
}

/// A form of the report.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum CompareFormat {
    /// For people
    Text,
    /// One JSON object
    Json,
    /// `JUnit`, for CI
    Junit,
    /// One page
    Html,
}

const COMPARE_EXAMPLES: &str = "\
Examples:
  cdn-cli compare --old https://aurora.example --new https://aurora.example \\
    --resolve-new aurora.example=d111111abcdef8.cloudfront.net --urls urls.txt
  cdn-cli compare --old https://aurora.example \\
    --new https://d111111abcdef8.cloudfront.net \\
    --sitemap https://aurora.example/sitemap.xml --accept avif,webp,jpeg \\
    --allow allowed.toml --format html -o report.html

Exit status: 0 nothing differs but what is allowed, 1 something does, 2 error.";
