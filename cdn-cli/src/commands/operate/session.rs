//! A fleet and the account it lives in.

use std::collections::{BTreeMap, BTreeSet};
use std::env;
use std::path::Path;

use cloudformation::Assignment;
use fleet::Fleet;
use jiff::Timestamp;

use crate::aws::{Aws, GLOBAL, Store};
use crate::cli::FleetArgs;
use crate::deploy::archives::Archives;
use crate::deploy::journal::Run;
use crate::deploy::snapshot::{self, Snapshot};
use crate::hints::Hinted;
use crate::plan::{Deployed, Desired, Plan, SITE_TAG, attach, plan};

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
        let mut session = Self { fleet, aws, store, snapshot };
        session.snapshot.assignment = session.assignment().await?;
        snapshot::keep(&session.snapshot, &args.state)?;
        Ok(session)
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

    /// The same with the archives of a folder, for the functions that ask for one.
    pub(crate) fn plan_with(
        &self,
        sites: &[String],
        folder: &Path,
    ) -> anyhow::Result<(Planned, Archives)> {
        let mut archives = Archives::default();
        let planned = fitted(&self.fleet, &self.snapshot, sites, |desired| {
            archives = Archives::read(folder, desired, self.store.bucket())?;
            archives.give(desired);
            Ok(())
        })?;
        Ok((planned, archives))
    }

    /// A new run over these stacks.
    pub(crate) fn new_run(stacks: BTreeSet<String>) -> Run {
        let begun = Timestamp::now();
        // Two runs of one second differ by who runs them.
        let word = (begun.subsec_nanosecond().unsigned_abs() ^ std::process::id()) & 0xffff;
        let id = format!("{}-{word:04x}", begun.strftime("%Y%m%dT%H%M%S"));
        Run { id, who: who(), begun, stacks }
    }

    /// The stack of a site that is deployed.
    pub(crate) fn stack_of(&self, site: &str) -> anyhow::Result<&Deployed> {
        let is_its =
            |stack: &&Deployed| stack.tags.get(SITE_TAG).is_some_and(|there| there == site);
        self.snapshot.stacks.values().find(is_its).ok_or_else(|| {
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
    fitted(fleet, snapshot, sites, |_| Ok(()))
}

/// The same, where the stacks are fitted with something before they are compared.
fn fitted(
    fleet: &Fleet,
    snapshot: &Snapshot,
    sites: &[String],
    fit: impl FnOnce(&mut [Desired]) -> anyhow::Result<()>,
) -> anyhow::Result<Planned> {
    for name in sites {
        known(fleet, name)?;
    }
    let rendered = cloudformation::render(fleet, &snapshot.assignment)?;
    let mut desired: Vec<Desired> = rendered.stacks.iter().map(Desired::from).collect();
    attach(&mut desired, &rendered.pairs);
    fit(&mut desired)?;
    let waves: BTreeMap<String, u32> =
        fleet.sites.iter().map(|site| (site.name.clone(), site.delivery.wave)).collect();
    let plan = plan(&desired, &snapshot.stacks, &waves);
    let mut planned = Planned { plan, desired, assignment: rendered.assignment };
    if !sites.is_empty() {
        planned.narrow(sites);
    }
    Ok(planned)
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
    }
}

fn known(fleet: &Fleet, name: &str) -> anyhow::Result<()> {
    if fleet.site(name).is_some() {
        return Ok(());
    }
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
fn who() -> String {
    let name = env::var("USER").or_else(|_| env::var("LOGNAME"));
    let host = std::fs::read_to_string("/proc/sys/kernel/hostname");
    let host = host.ok().or_else(|| env::var("HOSTNAME").ok()).unwrap_or_default();
    format!("{}@{}", name.as_deref().unwrap_or("somebody"), host.trim())
}
