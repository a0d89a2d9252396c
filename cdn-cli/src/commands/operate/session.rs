//! A fleet and the account it lives in.

use std::collections::{BTreeMap, BTreeSet};
use std::env;
use std::path::PathBuf;

use cloudformation::Assignment;
use fleet::{Fleet, Site};
use jiff::Timestamp;

use crate::aws::{Aws, GLOBAL, Store};
use crate::cli::FleetArgs;
use crate::deploy::journal::{self, Run};
use crate::deploy::look;
use crate::deploy::snapshot::{self, Snapshot};
use crate::hints::Hinted;
use crate::plan::drift::{References, as_it_is, drift, exported};
use crate::plan::{Deployed, Desired, Drift, LiveStack, Plan, SITE_TAG, attach, plan};
use crate::printer::Io;
use crate::progress::Progress;

/// The document that says which site sits on which shared object.
pub(crate) const ASSIGNMENT: &str = "assignment.json";

/// What every command works with.
#[derive(Debug)]
pub(crate) struct Session {
    /// The fleet file.
    pub(crate) fleet: Fleet,
    /// The account.
    pub(crate) aws: Aws,
    /// The bucket of state.
    pub(crate) store: Store,
    /// What is deployed.
    pub(crate) snapshot: Snapshot,
    /// The folder in which the last known state is kept.
    state: PathBuf,
}

impl Session {
    /// Reads the fleet file and what is deployed, and keeps that for `--offline`.
    pub(crate) async fn open(args: &FleetArgs) -> anyhow::Result<Self> {
        let fleet = Fleet::read(&args.fleet)?;
        let aws = Aws::connect(&args.aws).await;
        let snapshot = snapshot::take(&aws, &fleet.settings.name, &regions(&fleet)).await?;
        let bucket =
            fleet.settings.state_bucket.clone().unwrap_or_else(|| {
                format!("{}-cdn-state-{}", fleet.settings.name, snapshot.account)
            });
        let store = aws.store(&bucket);
        let mut session = Self { fleet, aws, store, snapshot, state: args.state.clone() };
        session.snapshot.assignment = session.assignment().await?;
        session.remember_last_look();
        snapshot::keep(&session.snapshot, &args.state)?;
        Ok(session)
    }

    /// Takes over what `CloudFront` said when it was asked last.
    fn remember_last_look(&mut self) {
        let last = snapshot::last(&self.state).ok();
        let Some(last) = last.filter(|last| last.account == self.snapshot.account) else { return };
        self.snapshot.live = last.live;
        self.snapshot.live.retain(|stack, _| self.snapshot.stacks.contains_key(stack));
    }

    /// Asks `CloudFront` what is live of some sites, or of all, and of what they share, and keeps
    /// that for `--offline`.
    pub(crate) async fn look(&mut self, sites: &[String], io: &Io<'_>) -> anyhow::Result<()> {
        let stacks = look::concerned(&self.snapshot.stacks, sites);
        let progress = Progress::of(stacks.len(), "stacks looked at", io.stderr.is_terminal);
        let mut found =
            look::look(&self.aws, &self.snapshot.stacks, &stacks, || progress.step()).await?;
        // What was found in a store is there where it is still found.
        let is_store = |live: &LiveStack| live.resources.is_empty() && live.pairs.is_some();
        self.snapshot.live.retain(|_, live| !is_store(live));
        found.retain(|_, live| sites.is_empty() || !is_store(live));
        self.snapshot.live.extend(found);
        snapshot::keep(&self.snapshot, &self.state)
    }

    /// Who sits where, as the last deploy left it.
    async fn assignment(&self) -> anyhow::Result<Assignment> {
        let found = self.store.read(ASSIGNMENT).await?;
        Ok(found.map(|(assignment, _)| assignment).unwrap_or_default())
    }

    /// The templates of the fleet, and what they would change.
    pub(crate) fn plan(&self, sites: &[String]) -> anyhow::Result<Planned> {
        planned(&self.fleet, &self.snapshot, sites)
    }

    /// The same, with what `change` makes of the stacks before they are compared.
    pub(crate) fn plan_with(
        &self,
        sites: &[String],
        change: impl FnOnce(&mut Vec<Desired>) -> anyhow::Result<()>,
    ) -> anyhow::Result<Planned> {
        known_sites(&self.fleet, sites)?;
        let (mut desired, assignment) = desired(&self.fleet, &self.snapshot)?;
        change(&mut desired)?;
        Ok(compared(&self.fleet, &self.snapshot, desired, assignment, sites))
    }

    /// What was changed past the deploys, as far as it was looked at.
    pub(crate) fn drift(&self, desired: &[Desired]) -> Vec<Drift> {
        drift(&self.snapshot.stacks, &self.snapshot.live, &self.snapshot.account, desired)
    }

    /// The template of a stack as it would read if it said what is live.
    pub(crate) fn as_it_is(&self, name: &str) -> Option<serde_json::Value> {
        let (stack, live) = (self.snapshot.stacks.get(name)?, self.snapshot.live.get(name)?);
        let exports = exported(&self.snapshot.stacks);
        let account = &self.snapshot.account;
        let references = References { stack, ids: &live.ids, exports: &exports, account };
        Some(as_it_is(&stack.template, live, &references))
    }

    /// Stacks that a deploy made, that nobody destroyed by this command, and that are not there.
    pub(crate) async fn deleted_by_hand(&self) -> anyhow::Result<Vec<String>> {
        let mut deleted = Vec::new();
        for stack in journal::meant(&self.store).await? {
            let is_there = self.snapshot.stacks.contains_key(&stack);
            if !is_there && journal::is_done(&self.store, &stack).await? {
                deleted.push(stack);
            }
        }
        Ok(deleted)
    }

    /// Where a site's domains have to lead: its distribution, or the endpoint of tenants.
    pub(crate) fn endpoint(&self, site: &Site, stack: &Deployed) -> Option<String> {
        if !stack.outputs.contains_key("TenantId") {
            return stack.outputs.get("DomainName").cloned();
        }
        let family = if site.delivery.ipv6 { "ipv6" } else { "ipv4" };
        let connection = format!("{}-connection-{family}", self.fleet.settings.name);
        self.snapshot.stacks.get(&connection)?.outputs.get("RoutingEndpoint").cloned()
    }

    /// The site that a stack is of, by its name.
    pub(crate) fn site_of(&self, stack: &str) -> Option<String> {
        let prefix = format!("{}-site-", self.fleet.settings.name);
        stack.strip_prefix(&prefix).map(str::to_owned)
    }

    /// Sites that have a stack.
    pub(crate) fn sites_deployed(&self) -> usize {
        self.snapshot.stacks.values().filter(|it| it.tags.contains_key(SITE_TAG)).count()
    }

    /// The sites of those names; all of them where none is named.
    pub(crate) fn sites(&self, names: &[String]) -> anyhow::Result<Vec<&Site>> {
        known_sites(&self.fleet, names)?;
        let is_meant = |site: &&Site| names.is_empty() || names.contains(&site.name);
        Ok(self.fleet.sites.iter().filter(is_meant).collect())
    }

    /// A new run over these stacks.
    pub(crate) fn new_run(stacks: BTreeSet<String>) -> Run {
        let begun = Timestamp::now();
        // Two runs of one second differ by who runs them.
        let word = (begun.subsec_nanosecond().unsigned_abs() ^ std::process::id()) & 0xffff;
        let id = format!("{}-{word:04x}", begun.strftime("%Y%m%dT%H%M%S"));
        Run { id, who: who(), begun, stacks }
    }

    /// The stack of a site, where it is deployed.
    pub(crate) fn deployed(&self, site: &str) -> Option<&Deployed> {
        let is_its =
            |stack: &&Deployed| stack.tags.get(SITE_TAG).is_some_and(|there| there == site);
        self.snapshot.stacks.values().find(is_its)
    }

    /// The stack of a site that is deployed.
    pub(crate) fn stack_of(&self, site: &str) -> anyhow::Result<&Deployed> {
        self.deployed(site).ok_or_else(|| {
            Hinted::error(
                format!("the site `{site}` is not deployed"),
                "`cdn-cli status` lists what is",
            )
        })
    }
}

/// What a fleet file comes to.
#[derive(Debug)]
pub(crate) struct Planned {
    /// What would be done.
    pub(crate) plan: Plan,
    /// The stacks as they are to be.
    pub(crate) desired: Vec<Desired>,
    /// Which site sits on which shared object.
    pub(crate) assignment: Assignment,
}

/// The templates of a fleet, and what they would change of what was deployed.
pub(crate) fn planned(
    fleet: &Fleet,
    snapshot: &Snapshot,
    sites: &[String],
) -> anyhow::Result<Planned> {
    known_sites(fleet, sites)?;
    let (desired, assignment) = desired(fleet, snapshot)?;
    Ok(compared(fleet, snapshot, desired, assignment, sites))
}

/// Desired stacks against those that are deployed.
fn compared(
    fleet: &Fleet,
    snapshot: &Snapshot,
    desired: Vec<Desired>,
    assignment: Assignment,
    sites: &[String],
) -> Planned {
    let waves: BTreeMap<String, u32> =
        fleet.sites.iter().map(|site| (site.name.clone(), site.delivery.wave)).collect();
    let by_hand = drift(&snapshot.stacks, &snapshot.live, &snapshot.account, &desired);
    let plan = plan(&desired, &snapshot.stacks, &waves).knowing(by_hand);
    let mut planned = Planned { plan, desired, assignment };
    if !sites.is_empty() {
        planned.narrow(sites);
    }
    planned
}

/// The stacks as a fleet wants them.
pub(crate) fn planned_of(fleet: &Fleet, snapshot: &Snapshot) -> anyhow::Result<Vec<Desired>> {
    Ok(desired(fleet, snapshot)?.0)
}

fn desired(fleet: &Fleet, snapshot: &Snapshot) -> anyhow::Result<(Vec<Desired>, Assignment)> {
    let rendered = cloudformation::render(fleet, &snapshot.assignment)?;
    let mut desired: Vec<Desired> = rendered.stacks.iter().map(Desired::from).collect();
    attach(&mut desired, &rendered.pairs);
    Ok((desired, rendered.assignment))
}

impl Planned {
    /// Leaves only some sites and what they need.
    fn narrow(&mut self, sites: &[String]) {
        let is_meant =
            |stack: &&Desired| stack.site.as_ref().is_some_and(|site| sites.contains(site));
        let mut needed: BTreeSet<String> =
            self.desired.iter().filter(is_meant).map(|stack| stack.name.clone()).collect();
        // A stack stands behind those it needs.
        for stack in self.desired.iter().rev() {
            if needed.contains(&stack.name) {
                needed.extend(stack.after.iter().cloned());
            }
        }
        self.desired.retain(|stack| needed.contains(&stack.name));
        self.plan.actions.retain(|action| needed.contains(&action.stack));
        self.plan.by_hand.retain(|drift| needed.contains(&drift.stack));
    }
}

/// Stops where a site is not in the fleet file.
pub(crate) fn known_sites(fleet: &Fleet, names: &[String]) -> anyhow::Result<()> {
    let Some(name) = names.iter().find(|name| fleet.site(name).is_none()) else { return Ok(()) };
    Err(Hinted::error(
        format!("there is no site `{name}` in the fleet file"),
        "`cdn-cli fleet list` lists them",
    ))
}

/// Where stacks of the fleet are.
fn regions(fleet: &Fleet) -> Vec<String> {
    let all = BTreeSet::from([GLOBAL.to_owned(), fleet.settings.region.clone()]);
    all.into_iter().collect()
}

/// `ann@laptop`, for people.
pub(crate) fn who() -> String {
    let name = env::var("USER").or_else(|_| env::var("LOGNAME"));
    let host = std::fs::read_to_string("/proc/sys/kernel/hostname");
    let host = host.ok().or_else(|| env::var("HOSTNAME").ok()).unwrap_or_default();
    format!("{}@{}", name.as_deref().unwrap_or("somebody"), host.trim())
}
