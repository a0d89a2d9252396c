//! The commands around a cut-over: certificates and DNS.

use std::net::SocketAddr;

use clap::{Args, Subcommand, ValueEnum};

use super::{FleetArgs, HealthArgs};
use crate::cutover::shift::Weight;

/// `cdn-cli certs`.
#[derive(Clone, Debug, Subcommand)]
pub(crate) enum CertsCommand {
    /// List which certificate covers which site, and until when
    List(CertsListArgs),
    /// Request certificates for sites that have none
    Request(CertsRequestArgs),
    /// Show the records that prove whose the domains are
    Records(CertsRecordsArgs),
}

/// `cdn-cli certs list`.
#[derive(Clone, Debug, Args)]
#[command(after_help = CERTS_LIST_EXAMPLES)]
pub(crate) struct CertsListArgs {
    /// Only these sites
    #[arg(value_name = "SITE")]
    pub(crate) sites: Vec<String>,
    /// Only what expires within so many days, and what is not issued
    #[arg(long, value_name = "DAYS")]
    pub(crate) expires_within: Option<u32>,
    /// End with 1 where a site has no certificate, or one that failed or expires within the days
    #[arg(long)]
    pub(crate) exit_code: bool,
    /// Print them as JSON
    #[arg(long)]
    pub(crate) json: bool,
    #[command(flatten)]
    pub(crate) fleet: FleetArgs,
}

const CERTS_LIST_EXAMPLES: &str = "\
Examples:
  cdn-cli certs list
  cdn-cli certs list --expires-within 30 --exit-code
  cdn-cli certs list --json | jq '.[] | select(.status != \"issued\")'";

/// `cdn-cli certs request`.
#[derive(Clone, Debug, Args)]
#[command(after_help = CERTS_REQUEST_EXAMPLES)]
#[command(group = clap::ArgGroup::new("which").required(true))]
pub(crate) struct CertsRequestArgs {
    /// The sites
    #[arg(value_name = "SITE", group = "which")]
    pub(crate) sites: Vec<String>,
    /// Every site of the fleet
    #[arg(long, group = "which")]
    pub(crate) all: bool,
    /// Agree beforehand, to the requests and to the records in DNS
    #[arg(long)]
    pub(crate) yes: bool,
    /// Wait until they are issued
    #[arg(long)]
    pub(crate) wait: bool,
    #[command(flatten)]
    pub(crate) form: RecordFormArgs,
    #[command(flatten)]
    pub(crate) resolver: ResolverArgs,
    #[command(flatten)]
    pub(crate) fleet: FleetArgs,
}

const CERTS_REQUEST_EXAMPLES: &str = "\
Examples:
  cdn-cli certs request aurora
  cdn-cli certs request --all --yes --wait
  cdn-cli certs request --all --yes --format bind > validation.zone

A certificate that covers a site's domains, issued or waiting, is not
requested again. Records are written where the zone is in Route 53 or, with a
token in CLOUDFLARE_API_TOKEN, at Cloudflare, and printed where it is not.";

/// `cdn-cli certs records`.
#[derive(Clone, Debug, Args)]
#[command(after_help = CERTS_RECORDS_EXAMPLES)]
pub(crate) struct CertsRecordsArgs {
    /// Only these sites
    #[arg(value_name = "SITE")]
    pub(crate) sites: Vec<String>,
    #[command(flatten)]
    pub(crate) form: RecordFormArgs,
    #[command(flatten)]
    pub(crate) resolver: ResolverArgs,
    #[command(flatten)]
    pub(crate) fleet: FleetArgs,
}

const CERTS_RECORDS_EXAMPLES: &str = "\
Examples:
  cdn-cli certs records
  cdn-cli certs records aurora --format bind";

/// `cdn-cli dns`.
#[derive(Clone, Debug, Subcommand)]
pub(crate) enum DnsCommand {
    /// Show the records that a cut-over needs, wanted against current
    Plan(DnsPlanArgs),
    /// Write the records, all at once or, in Route 53, a part of the traffic at a time
    Apply(DnsApplyArgs),
}

/// `cdn-cli dns plan`.
#[derive(Clone, Debug, Args)]
#[command(after_help = DNS_PLAN_EXAMPLES)]
pub(crate) struct DnsPlanArgs {
    /// Only these sites
    #[arg(value_name = "SITE")]
    pub(crate) sites: Vec<String>,
    /// End with 1 where anything is not right
    #[arg(long)]
    pub(crate) exit_code: bool,
    #[command(flatten)]
    pub(crate) form: RecordFormArgs,
    #[command(flatten)]
    pub(crate) resolver: ResolverArgs,
    #[command(flatten)]
    pub(crate) fleet: FleetArgs,
}

const DNS_PLAN_EXAMPLES: &str = "\
Examples:
  cdn-cli dns plan
  cdn-cli dns plan aurora --format bind > aurora.zone
  cdn-cli dns plan --exit-code --resolver 1.1.1.1

A resolver that has a record already tells how long it keeps it from now on;
a name server of the zone tells the record's own TTL.";

/// `cdn-cli dns apply`.
#[derive(Clone, Debug, Args)]
#[command(after_help = DNS_APPLY_EXAMPLES)]
pub(crate) struct DnsApplyArgs {
    /// The sites
    #[arg(value_name = "SITE", required = true)]
    pub(crate) sites: Vec<String>,
    /// Lead only so many percent of the traffic to CloudFront, 1 to 100
    #[arg(long, value_name = "PERCENT")]
    pub(crate) weight: Option<Weight>,
    /// Put back what was there before the first change
    #[arg(long, conflicts_with = "weight")]
    pub(crate) back: bool,
    /// Agree to the changes beforehand
    #[arg(long)]
    pub(crate) yes: bool,
    /// Print the changes as JSON
    #[arg(long)]
    pub(crate) json: bool,
    #[command(flatten)]
    pub(crate) fleet: FleetArgs,
}

const DNS_APPLY_EXAMPLES: &str = "\
Examples:
  cdn-cli dns apply aurora --weight 5
  cdn-cli dns apply aurora
  cdn-cli dns apply aurora --back

What was there before is kept in the bucket of state until it is put back.";

/// `cdn-cli cutover`.
#[derive(Clone, Debug, Subcommand)]
pub(crate) enum CutoverCommand {
    /// Show a site's way to CloudFront, and what stands in it
    Plan(CutoverPlanArgs),
    /// Bring a site's traffic to CloudFront, a part at a time, and back where it is not well
    Run(CutoverRunArgs),
    /// Put back what was there before
    Back(CutoverBackArgs),
}

/// Shares of a way, in percent.
const STEPS: &str = "1,5,25,100";

/// `cdn-cli cutover plan`.
#[derive(Clone, Debug, Args)]
#[command(after_help = CUTOVER_PLAN_EXAMPLES)]
pub(crate) struct CutoverPlanArgs {
    /// The site
    #[arg(value_name = "SITE")]
    pub(crate) site: String,
    /// Percent of the traffic, one step after the other
    #[arg(long, value_name = "PERCENT", value_delimiter = ',', default_value = STEPS)]
    pub(crate) steps: Vec<Weight>,
    #[command(flatten)]
    pub(crate) fleet: FleetArgs,
}

const CUTOVER_PLAN_EXAMPLES: &str = "\
Examples:
  cdn-cli cutover plan aurora

Exit status: 0 nothing stands in the way, 1 something does, 2 error.";

/// `cdn-cli cutover run`.
#[derive(Clone, Debug, Args)]
#[command(after_help = CUTOVER_RUN_EXAMPLES)]
pub(crate) struct CutoverRunArgs {
    /// The site
    #[arg(value_name = "SITE")]
    pub(crate) site: String,
    /// Percent of the traffic, one step after the other
    #[arg(long, value_name = "PERCENT", value_delimiter = ',', default_value = STEPS)]
    pub(crate) steps: Vec<Weight>,
    /// Wait until the old TTL has gone by; else end with 1, and go on when called again
    #[arg(long)]
    pub(crate) wait: bool,
    /// Agree to the changes beforehand
    #[arg(long)]
    pub(crate) yes: bool,
    #[command(flatten)]
    pub(crate) health: HealthArgs,
    #[command(flatten)]
    pub(crate) fleet: FleetArgs,
}

const CUTOVER_RUN_EXAMPLES: &str = "\
Examples:
  cdn-cli cutover run aurora --wait --max-5xx 1 --soak 15m
  cdn-cli cutover run aurora --steps 10,50,100 --probe / --probe /cart

How far it is stands in the bucket of state: the same command goes on after it
was ended. Where the site is not well, it goes back by itself.";

/// `cdn-cli cutover back`.
#[derive(Clone, Debug, Args)]
#[command(after_help = CUTOVER_BACK_EXAMPLES)]
pub(crate) struct CutoverBackArgs {
    /// The site
    #[arg(value_name = "SITE")]
    pub(crate) site: String,
    /// Agree to the changes beforehand
    #[arg(long)]
    pub(crate) yes: bool,
    #[command(flatten)]
    pub(crate) fleet: FleetArgs,
}

const CUTOVER_BACK_EXAMPLES: &str = "\
Examples:
  cdn-cli cutover back aurora";

/// How records are printed.
#[derive(Clone, Debug, Args)]
pub(crate) struct RecordFormArgs {
    /// How to print the records
    #[arg(long, value_name = "FORMAT", default_value = "table", conflicts_with = "json")]
    format: RecordForm,
    /// The same as --format json
    #[arg(long)]
    json: bool,
}

impl RecordFormArgs {
    /// The one that was chosen.
    pub(crate) fn chosen(&self) -> RecordForm {
        if self.json { RecordForm::Json } else { self.format }
    }
}

/// A form of records.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum RecordForm {
    /// For people
    Table,
    /// A zone file of what has to be put into zones that are not written
    Bind,
    /// The same for Cloudflare's import, not proxied
    Cloudflare,
    /// All there is to know
    Json,
}

/// Who is asked what DNS says.
#[derive(Clone, Debug, Args)]
pub(crate) struct ResolverArgs {
    /// The name server to ask about zones that are not written [default: this machine's]
    #[arg(long, value_name = "IP[:PORT]", value_parser = server)]
    pub(crate) resolver: Option<SocketAddr>,
}

/// A name server's address; its port is 53 where none is said.
fn server(text: &str) -> Result<SocketAddr, String> {
    let with_port = text.parse::<SocketAddr>().ok();
    let alone = || text.parse().ok().map(|ip| SocketAddr::new(ip, 53));
    with_port.or_else(alone).ok_or_else(|| "an address such as 1.1.1.1 or [::1]:5353".to_owned())
}
