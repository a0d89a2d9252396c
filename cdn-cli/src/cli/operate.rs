//! The commands that read and change what is deployed.

use std::path::PathBuf;
use std::time::Duration;

use clap::{Args, ValueEnum, ValueHint};

use super::AwsArgs;
#[cfg(feature = "warm")]
use super::warm::{LimitArgs, PaceArgs, PlacesArgs, SourceArgs, WarmReportArgs};
use crate::deploy::gates::Percent;

/// Which fleet, in which account.
#[derive(Clone, Debug, Args)]
pub(crate) struct FleetArgs {
    /// The sites
    #[arg(long, value_name = "FILE", default_value = "fleet.toml", value_hint = ValueHint::FilePath)]
    pub(crate) fleet: PathBuf,
    /// The folder in which the last known state is kept
    #[arg(long, value_name = "DIR", default_value = ".cdn-cli", value_hint = ValueHint::DirPath)]
    pub(crate) state: PathBuf,
    #[command(flatten)]
    pub(crate) aws: AwsArgs,
}

/// `cdn-cli plan`.
#[derive(Clone, Debug, Args)]
#[command(after_help = PLAN_EXAMPLES)]
pub(crate) struct PlanArgs {
    /// Only these sites, and what they share
    #[arg(value_name = "SITE")]
    pub(crate) sites: Vec<String>,
    /// Compare with the last known state; AWS is not asked
    #[arg(long)]
    pub(crate) offline: bool,
    /// Print the plan as JSON
    #[arg(long)]
    pub(crate) json: bool,
    /// End with 1 where there is something to do
    #[arg(long)]
    pub(crate) exit_code: bool,
    #[command(flatten)]
    pub(crate) fleet: FleetArgs,
}

const PLAN_EXAMPLES: &str = "\
Examples:
  cdn-cli plan
  cdn-cli plan aurora harbor --offline
  cdn-cli plan --exit-code --json > plan.json

Risks: safe, ttl (kept longer or shorter), cache key (the hit ratio falls for a
while), routing, security, and REPLACEMENT, which a deploy refuses.";

/// `cdn-cli deploy`.
#[derive(Clone, Debug, Args)]
#[command(after_help = DEPLOY_EXAMPLES)]
pub(crate) struct DeployArgs {
    /// Only these sites, and what they share
    #[arg(value_name = "SITE")]
    pub(crate) sites: Vec<String>,
    /// Agree to the plan beforehand
    #[arg(long)]
    pub(crate) yes: bool,
    /// Delete sites that are not in the fleet any more
    #[arg(long)]
    pub(crate) prune: bool,
    /// Stacks worked on at once [default: that of the fleet]
    #[arg(long, value_name = "N")]
    pub(crate) concurrency: Option<usize>,
    /// The folder of the archives that `cdn-cli images bundle` made [default: functions keep theirs]
    #[arg(long, value_name = "DIR", value_hint = ValueHint::DirPath)]
    pub(crate) archives: Option<PathBuf>,
    /// Go on with a run that another machine began
    #[arg(long, value_name = "RUN")]
    pub(crate) resume: Option<String>,
    /// Leave a wave that is not well as it is
    #[arg(long)]
    pub(crate) no_rollback: bool,
    /// Print what happens as lines of JSON
    #[arg(long)]
    pub(crate) json: bool,
    #[command(flatten)]
    pub(crate) health: HealthArgs,
    #[command(flatten)]
    pub(crate) fleet: FleetArgs,
}

/// How sites are asked whether they are well.
#[derive(Clone, Debug, Args)]
#[command(next_help_heading = "Health")]
#[command(group = clap::ArgGroup::new("gate").multiple(true))]
pub(crate) struct HealthArgs {
    /// A path that every site of a wave must answer without a 5xx
    #[arg(long, value_name = "PATH", default_value = "/")]
    pub(crate) probe: Vec<String>,
    /// Ask no site after its wave
    #[arg(long, conflicts_with = "probe")]
    pub(crate) no_probe: bool,
    /// Ask here in place of the distributions, by the Host header
    #[arg(long, value_name = "URL", value_hint = ValueHint::Url)]
    pub(crate) probe_through: Option<reqwest::Url>,
    /// Percent of a site's answers that may be 5xx after its wave, by CloudWatch
    #[arg(long, value_name = "PERCENT", group = "gate")]
    pub(crate) max_5xx: Option<Percent>,
    /// Percent of a site's requests that must be answered from the cache
    #[arg(long, value_name = "PERCENT", group = "gate")]
    pub(crate) min_hit_ratio: Option<Percent>,
    /// How long each wave is watched for these two, such as 15m [default: 10m]
    #[arg(long, value_name = "DURATION", requires = "gate", value_parser = duration)]
    pub(crate) soak: Option<Duration>,
}

/// A duration such as `15m` or `1h 30m`.
fn duration(text: &str) -> Result<Duration, String> {
    let read = text.parse::<jiff::SignedDuration>().ok();
    let read = read.and_then(|duration| Duration::try_from(duration).ok());
    read.ok_or_else(|| "a duration such as 90s, 15m or 1h".to_owned())
}

const DEPLOY_EXAMPLES: &str = "\
Examples:
  cdn-cli deploy
  cdn-cli deploy aurora --yes
  cdn-cli deploy --yes --json | tee deploy.jsonl

What sites share comes first, then wave 0 (the canaries), wave 1 and so on.
A wave that is not well is rolled back, and nothing more is deployed. Killed
at any point, the same command goes on where it stopped.";

/// `cdn-cli status`.
#[derive(Clone, Debug, Args)]
#[command(after_help = STATUS_EXAMPLES)]
pub(crate) struct StatusArgs {
    /// Only these sites
    #[arg(value_name = "SITE")]
    pub(crate) sites: Vec<String>,
    /// Look again every few seconds until nothing is under way
    #[arg(long)]
    pub(crate) watch: bool,
    /// Print it as JSON
    #[arg(long, conflicts_with = "watch")]
    pub(crate) json: bool,
    #[command(flatten)]
    pub(crate) fleet: FleetArgs,
}

const STATUS_EXAMPLES: &str = "\
Examples:
  cdn-cli status
  cdn-cli status --watch
  cdn-cli status --json | jq '.[] | select(.status != \"UPDATE_COMPLETE\")'";

/// `cdn-cli versions`.
#[derive(Clone, Debug, Args)]
#[command(after_help = VERSIONS_EXAMPLES)]
pub(crate) struct VersionsArgs {
    /// The site
    #[arg(value_name = "SITE")]
    pub(crate) site: String,
    /// Print them as JSON
    #[arg(long)]
    pub(crate) json: bool,
    #[command(flatten)]
    pub(crate) fleet: FleetArgs,
}

const VERSIONS_EXAMPLES: &str = "\
Examples:
  cdn-cli versions aurora
  cdn-cli rollback aurora --to 3";

/// `cdn-cli rollback`.
#[derive(Clone, Debug, Args)]
#[command(after_help = ROLLBACK_EXAMPLES)]
#[command(group = clap::ArgGroup::new("which").required(true).multiple(true))]
pub(crate) struct RollbackArgs {
    /// The sites
    #[arg(value_name = "SITE", group = "which")]
    pub(crate) sites: Vec<String>,
    /// All sites of a wave
    #[arg(long, value_name = "N", group = "which")]
    pub(crate) wave: Option<u32>,
    /// The version to go back to [default: the one before]
    #[arg(long, value_name = "VERSION")]
    pub(crate) to: Option<u32>,
    /// Agree to the plan beforehand
    #[arg(long)]
    pub(crate) yes: bool,
    /// Print what happens as lines of JSON
    #[arg(long)]
    pub(crate) json: bool,
    #[command(flatten)]
    pub(crate) fleet: FleetArgs,
}

const ROLLBACK_EXAMPLES: &str = "\
Examples:
  cdn-cli rollback aurora
  cdn-cli rollback aurora harbor --to 3 --yes
  cdn-cli rollback --wave 0

The old version becomes a new one: nothing of the history is lost. The next
`cdn-cli deploy` would bring the fleet file's state again.";

/// `cdn-cli destroy`.
#[derive(Clone, Debug, Args)]
#[command(after_help = DESTROY_EXAMPLES)]
pub(crate) struct DestroyArgs {
    /// The sites, in the fleet file or not any more
    #[arg(value_name = "SITE", required = true)]
    pub(crate) sites: Vec<String>,
    /// Agree beforehand
    #[arg(long)]
    pub(crate) yes: bool,
    /// Print what happens as lines of JSON
    #[arg(long)]
    pub(crate) json: bool,
    #[command(flatten)]
    pub(crate) fleet: FleetArgs,
}

const DESTROY_EXAMPLES: &str = "\
Examples:
  cdn-cli destroy aurora

The distribution answers nobody before it is deleted; a bucket that holds
anything is not deleted, and then nothing is.";

/// `cdn-cli drift`.
#[derive(Clone, Debug, Args)]
#[command(after_help = DRIFT_EXAMPLES)]
pub(crate) struct DriftArgs {
    /// Only these sites, and what they share
    #[arg(value_name = "SITE")]
    pub(crate) sites: Vec<String>,
    /// What is done about it
    #[arg(long, value_enum, value_name = "POLICY", default_value_t)]
    pub(crate) policy: DriftPolicy,
    /// Agree beforehand to what `enforce` puts back
    #[arg(long)]
    pub(crate) yes: bool,
    /// Print it as JSON
    #[arg(long)]
    pub(crate) json: bool,
    /// End with 1 where anything was changed by hand
    #[arg(long)]
    pub(crate) exit_code: bool,
    #[command(flatten)]
    pub(crate) fleet: FleetArgs,
}

/// What is done about a change by hand.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum DriftPolicy {
    /// It is told
    #[default]
    Report,
    /// What was deployed is put back
    Enforce,
    /// What the fleet file would have to say is printed
    Adopt,
}

const DRIFT_EXAMPLES: &str = "\
Examples:
  cdn-cli drift --exit-code
  cdn-cli drift aurora --policy enforce
  cdn-cli drift aurora --policy adopt

Three states are compared: what the fleet file wants, what was deployed last,
and what CloudFront has now.";

/// `cdn-cli orphans`.
#[derive(Clone, Debug, Args)]
#[command(after_help = ORPHANS_EXAMPLES)]
pub(crate) struct OrphansArgs {
    /// Try to delete them now, as every deploy does
    #[arg(long)]
    pub(crate) delete: bool,
    /// Print them as JSON
    #[arg(long)]
    pub(crate) json: bool,
    #[command(flatten)]
    pub(crate) fleet: FleetArgs,
}

const ORPHANS_EXAMPLES: &str = "\
Examples:
  cdn-cli orphans
  cdn-cli orphans --delete

AWS deletes a version of a Lambda@Edge function only when its replicas are gone
from all edges, some hours after the last distribution let go of it.";

/// `cdn-cli invalidate`. What is said of the warmer means nothing without it.
#[derive(Clone, Debug, Args)]
#[command(after_help = INVALIDATE_EXAMPLES)]
#[command(group = clap::ArgGroup::new("what").required(true).multiple(true))]
#[cfg_attr(feature = "warm", command(mut_group("SourceArgs", |it| it.requires("warm"))))]
#[cfg_attr(feature = "warm", command(mut_group("PlacesArgs", |it| it.requires("warm"))))]
#[cfg_attr(feature = "warm", command(mut_group("PaceArgs", |it| it.requires("warm"))))]
#[cfg_attr(feature = "warm", command(mut_group("LimitArgs", |it| it.requires("warm"))))]
#[cfg_attr(feature = "warm", command(mut_group("WarmReportArgs", |it| it.requires("warm"))))]
pub(crate) struct InvalidateArgs {
    /// Sites, then paths, which begin with a `/`; without a site, every site
    #[arg(value_name = "SITE|PATH", group = "what")]
    pub(crate) words: Vec<String>,
    /// Everything with a cache tag
    #[arg(long, value_name = "TAG", group = "what")]
    pub(crate) tag: Vec<String>,
    /// Every variant of an original, by its path
    #[arg(long, value_name = "PATH", group = "what")]
    pub(crate) image: Vec<String>,
    /// Do not wait until it is done
    #[arg(long)]
    pub(crate) no_wait: bool,
    /// Print the invalidations as JSON
    #[arg(long)]
    pub(crate) json: bool,
    #[command(flatten)]
    pub(crate) fleet: FleetArgs,
    #[cfg(feature = "warm")]
    #[command(flatten)]
    pub(crate) after: AfterArgs,
}

/// What is done when it is purged.
#[cfg(feature = "warm")]
#[derive(Clone, Debug, Args)]
#[command(next_help_heading = "After the purge")]
pub(crate) struct AfterArgs {
    /// When it is purged, warm what was, and see that it is hot again
    #[arg(long, conflicts_with = "no_wait")]
    pub(crate) warm: bool,
    #[command(flatten)]
    pub(crate) sources: SourceArgs,
    #[command(flatten)]
    pub(crate) places: PlacesArgs,
    #[command(flatten)]
    pub(crate) pace: PaceArgs,
    #[command(flatten)]
    pub(crate) limits: LimitArgs,
    #[command(flatten)]
    pub(crate) report: WarmReportArgs,
}

const INVALIDATE_EXAMPLES: &str = "\
Examples:
  cdn-cli invalidate aurora '/sale/*' /index.html
  cdn-cli invalidate aurora harbor --tag product-4711
  cdn-cli invalidate aurora --image /photos/vase.jpg
  cdn-cli invalidate aurora '/sale/*' --warm --locations pops.csv --cover 95%

With --warm, the URLs that were purged are warmed: those named in full, and of
sitemaps and lists those that a path with a `*`, a tag or a picture is about.

At most 3,000 paths and 15 wildcards are under way at a distribution, and one
call is made in two seconds: AWS allows no more. The first 1,000 paths of a
month are free, then each costs 0.005 dollars.";
