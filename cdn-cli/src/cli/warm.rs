//! `cdn-cli warm`.

use std::net::{IpAddr, SocketAddr};
use std::path::PathBuf;

use cache_warmer::Wish;
use clap::{Args, Subcommand, ValueHint};
use jiff::Timestamp;
use rust_decimal::Decimal;

/// `cdn-cli warm`.
#[derive(Debug, Args)]
#[command(after_help = WARM_EXAMPLES, args_conflicts_with_subcommands = true)]
pub(crate) struct WarmArgs {
    #[command(subcommand)]
    pub(crate) command: Option<WarmCommand>,
    #[command(flatten)]
    pub(crate) what: WhatArgs,
    #[command(flatten)]
    pub(crate) places: PlacesArgs,
    #[command(flatten)]
    pub(crate) pace: PaceArgs,
    #[command(flatten)]
    pub(crate) limits: LimitArgs,
    #[command(flatten)]
    pub(crate) run: RunArgs,
}

const WARM_EXAMPLES: &str = "\
Examples:
  cdn-cli warm aurora --distribution d111111abcdef8 --locations pops.csv
  cdn-cli warm --group outdoor --distribution aurora=d1 --distribution birk=d2
  cdn-cli warm atelier --fleet examples/fleet.toml --direct \\
      --base http://atelier.localhost:8080 --sitemap examples/shop/sitemap.xml
  cdn-cli logs report warm logs/ --format csv | cdn-cli warm --list - --direct

Locations: cdn-cli logs report pops logs/ --format csv > pops.csv
Exit status: 0 as hot as required, 1 not, 2 error. A run that was interrupted
goes on where it stopped when it is started again with the same --journal.";

/// `cdn-cli warm plan` and what comes.
#[derive(Debug, Subcommand)]
pub(crate) enum WarmCommand {
    /// Say what would be asked where, what it costs, and what ends too early
    Plan(Box<WarmPlanArgs>),
}

/// `cdn-cli warm plan`.
#[derive(Debug, Args)]
#[command(after_help = PLAN_EXAMPLES)]
pub(crate) struct WarmPlanArgs {
    #[command(flatten)]
    pub(crate) what: WhatArgs,
    #[command(flatten)]
    pub(crate) places: PlacesArgs,
    #[command(flatten)]
    pub(crate) pace: PaceArgs,
    /// When everything has to be fresh, 2026-11-27T00:00Z
    #[arg(long, value_name = "TIME")]
    pub(crate) at: Option<Timestamp>,
    /// The share of targets that the second pass asks for again, in percent
    #[arg(long, value_name = "PERCENT", default_value = "100", value_parser = share)]
    pub(crate) verify_sample: f64,
    /// Print one JSON object
    #[arg(long)]
    pub(crate) json: bool,
}

const PLAN_EXAMPLES: &str = "\
Examples:
  cdn-cli warm plan aurora --distribution d111111abcdef8 --locations pops.csv
  cdn-cli warm plan aurora --direct --rate 50 --at 2026-11-27T00:00:00Z";

/// What is warmed.
#[derive(Clone, Debug, Args)]
#[command(next_help_heading = "What")]
pub(crate) struct WhatArgs {
    /// Only these sites [default: all of the fleet]
    #[arg(value_name = "SITE")]
    pub(crate) sites: Vec<String>,
    /// Only sites of this group; may be repeated
    #[arg(long, value_name = "GROUP")]
    pub(crate) group: Vec<String>,
    /// The fleet file
    #[arg(long, value_name = "FILE", default_value = "fleet.toml")]
    #[arg(value_hint = ValueHint::FilePath)]
    pub(crate) fleet: PathBuf,
    #[command(flatten)]
    pub(crate) sources: SourceArgs,
    /// Warm this host though it is none of the fleet; may be repeated
    #[arg(long, value_name = "HOST")]
    pub(crate) allow_host: Vec<String>,
}

/// Of which URLs.
#[derive(Clone, Debug, Args)]
#[command(next_help_heading = "What")]
pub(crate) struct SourceArgs {
    /// A sitemap [default: those that robots.txt of each site names]
    #[arg(long, value_name = "URL|FILE", value_hint = ValueHint::AnyPath)]
    pub(crate) sitemap: Vec<String>,
    /// URLs, one a line; - is the standard input
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub(crate) urls: Vec<String>,
    /// What `logs report warm` wrote, CSV or JSON; - is the standard input
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub(crate) list: Vec<String>,
    /// A page whose pictures, styles and scripts are warmed with it
    #[arg(long, value_name = "URL")]
    pub(crate) page: Vec<String>,
    /// Read so many pages of a sitemap for what they show
    #[arg(long, value_name = "N", default_value_t = 1000)]
    pub(crate) follow: usize,
    /// Where the site answers, in the place of its domains (one site alone)
    #[arg(long, value_name = "URL")]
    pub(crate) base: Option<String>,
    /// Formats to ask for negotiated pictures in
    #[arg(long, value_name = "LIST", value_delimiter = ',')]
    #[arg(default_value = "avif,webp,basic", value_parser = picture)]
    pub(crate) formats: Vec<Wish>,
    /// Encodings to ask for texts in
    #[arg(long, value_name = "LIST", value_delimiter = ',')]
    #[arg(default_value = "br,gzip", value_parser = text)]
    pub(crate) encodings: Vec<Wish>,
    /// Leave originals as they are, without the shop's widths and presets
    #[arg(long)]
    pub(crate) no_expand: bool,
}

impl SourceArgs {
    /// Whether any list was named.
    pub(crate) fn are_given(&self) -> bool {
        [&self.sitemap, &self.urls, &self.list, &self.page].iter().any(|list| !list.is_empty())
    }
}

/// Where it is warmed.
#[derive(Clone, Debug, Args)]
#[command(next_help_heading = "Where")]
pub(crate) struct PlacesArgs {
    /// Edge locations: names, or a file with the columns location and weight
    #[arg(long, value_name = "LIST|FILE", value_hint = ValueHint::FilePath)]
    pub(crate) locations: Option<String>,
    /// Only locations of this AWS or price region; may be repeated
    #[arg(long, value_name = "REGION")]
    pub(crate) region: Vec<String>,
    /// The heaviest locations that answer so much of the traffic, in percent
    #[arg(long, value_name = "PERCENT", default_value = "100", value_parser = share)]
    pub(crate) cover: f64,
    /// The name of a site's distribution, d111111abcdef8.cloudfront.net
    #[arg(long, value_name = "[SITE=]NAME")]
    pub(crate) distribution: Vec<String>,
    /// The region of the Origin Shield [default: as the fleet file says]
    #[arg(long, value_name = "REGION")]
    pub(crate) shield: Option<String>,
    /// Ask wherever the hosts' names lead: another CDN, or an origin
    #[arg(long, conflicts_with_all = ["locations", "region", "cover", "distribution", "shield"])]
    pub(crate) direct: bool,
    /// With --direct, connect to this address, whatever the names say
    #[arg(long, value_name = "IP", requires = "direct")]
    pub(crate) connect: Option<IpAddr>,
    /// The name server to ask [default: this machine's]
    #[arg(long, value_name = "IP[:PORT]", value_parser = name_server)]
    pub(crate) resolver: Option<SocketAddr>,
    /// Trust this authority too
    #[arg(long, value_name = "PEM", value_hint = ValueHint::FilePath)]
    pub(crate) ca: Option<PathBuf>,
}

/// How fast.
#[derive(Clone, Debug, Args)]
#[command(next_help_heading = "Pace")]
pub(crate) struct PaceArgs {
    /// Requests a second to each location
    #[arg(long, value_name = "N", value_parser = rate)]
    pub(crate) rate: Option<f64>,
    /// Bytes a second from each location
    #[arg(long, value_name = "N", value_parser = rate)]
    pub(crate) byte_rate: Option<f64>,
    /// Requests a second to each origin, where it may be reached
    #[arg(long, value_name = "N", value_parser = rate)]
    pub(crate) origin_rate: Option<f64>,
    /// Requests at once to each location
    #[arg(long, value_name = "N", default_value_t = 16)]
    pub(crate) concurrency: usize,
    /// Seconds that an answer may take
    #[arg(long, value_name = "SECONDS", default_value_t = 60)]
    pub(crate) timeout: u64,
    /// Speak HTTP/1.1 alone
    #[arg(long)]
    pub(crate) http1: bool,
    /// Put into the User-Agent who is to be asked, a page or an address
    #[arg(long, value_name = "CONTACT")]
    pub(crate) contact: Option<String>,
}

/// What may be used up.
#[derive(Clone, Debug, Args)]
#[command(next_help_heading = "Limits")]
pub(crate) struct LimitArgs {
    /// Stop after so many requests
    #[arg(long, value_name = "N")]
    pub(crate) max_requests: Option<u64>,
    /// Stop after so many bytes
    #[arg(long, value_name = "N")]
    pub(crate) max_bytes: Option<u64>,
    /// Do not start above this estimate, and stop there
    #[arg(long, value_name = "DOLLARS")]
    pub(crate) max_cost: Option<Decimal>,
    /// Ask before starting above this estimate
    #[arg(long, value_name = "DOLLARS", default_value = "1")]
    pub(crate) ask_above: Decimal,
    /// Start without asking
    #[arg(short, long)]
    pub(crate) yes: bool,
}

/// How it is run.
#[derive(Clone, Debug, Args)]
#[command(next_help_heading = "Run")]
pub(crate) struct RunArgs {
    /// Note in this folder what is done, and go on from what is there
    #[arg(long, value_name = "DIR", value_hint = ValueHint::DirPath)]
    pub(crate) journal: Option<PathBuf>,
    /// Warm again whenever the first of it ends, until Ctrl-C
    #[arg(long, conflicts_with = "journal")]
    pub(crate) watch: bool,
    /// Print the report as one JSON object
    #[arg(long)]
    pub(crate) json: bool,
    #[command(flatten)]
    pub(crate) report: WarmReportArgs,
}

/// How it is verified and told.
#[derive(Clone, Debug, Args)]
#[command(next_help_heading = "Run")]
pub(crate) struct WarmReportArgs {
    /// The share that has to be hot
    #[arg(long, value_name = "PERCENT", default_value = "99", value_parser = share)]
    pub(crate) require: f64,
    /// The share of targets that the second pass asks for again; 0 for none
    #[arg(long, value_name = "PERCENT", default_value = "100", value_parser = share)]
    pub(crate) verify_sample: f64,
    /// Write the report as a page
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub(crate) html: Option<PathBuf>,
    /// Write the report as `JUnit`, for CI
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub(crate) junit: Option<PathBuf>,
    /// Decides the jitter and the sample
    #[arg(long, value_name = "N", default_value_t = 0)]
    pub(crate) seed: u64,
}

/// A share of `99%` or `99`, as 0 to 1.
fn share(text: &str) -> Result<f64, String> {
    let number: f64 = text.trim_end_matches('%').trim().parse().map_err(|_| wrong_share(text))?;
    if (0.0..=100.0).contains(&number) { Ok(number / 100.0) } else { Err(wrong_share(text)) }
}

fn wrong_share(text: &str) -> String {
    format!("`{text}` is no share: a number from 0 to 100, 99% for example")
}

fn rate(text: &str) -> Result<f64, String> {
    let number = text.parse().ok().filter(|number: &f64| number.is_finite() && *number > 0.0);
    number.ok_or_else(|| format!("`{text}` is no rate: a number above 0"))
}

fn name_server(text: &str) -> Result<SocketAddr, String> {
    const DNS: u16 = 53;
    let with_port = text.parse().ok();
    let alone = || Some(SocketAddr::new(text.parse().ok()?, DNS));
    with_port.or_else(alone).ok_or_else(|| format!("`{text}` is no address: 192.0.2.53 is one"))
}

fn picture(text: &str) -> Result<Wish, String> {
    let wish = Wish::named(text).filter(|wish| wish.is_of_a_picture());
    wish.ok_or_else(|| format!("`{text}` is no format: avif, webp, basic"))
}

fn text(text: &str) -> Result<Wish, String> {
    let wish = Wish::named(text).filter(|wish| matches!(wish, Wish::Brotli | Wish::Gzip));
    wish.ok_or_else(|| format!("`{text}` is no encoding: br, gzip"))
}
