//! `cdn-cli drift`: what was changed past the deploys, and what is done about it.

use std::collections::BTreeSet;

use super::adopt;
use super::deploy::report;
use super::session::{Session, known_sites, planned_of};
use super::work::{How, under_lease};
use crate::cli::{DriftArgs, DriftPolicy};
use crate::commands::consent::asked;
use crate::deploy::archives::Archives;
use crate::deploy::put_back::{PutBack, Surroundings};
use crate::deploy::run::Outcome;
use crate::exit::ExitStatus;
use crate::hints;
use crate::plan::drift::{exported, render};
use crate::plan::{Deployed, Drift};
use crate::printer::Io;

/// Looks, and does what the policy says.
pub(crate) async fn run(args: &DriftArgs, io: &mut Io<'_>) -> anyhow::Result<ExitStatus> {
    let mut session = Session::open(&args.fleet).await?;
    known_or_deployed(&session, &args.sites)?;
    session.look(&args.sites, io).await?;
    let drifts = found(&session, &args.sites).await?;
    let has_drift = !drifts.is_empty();
    match args.policy {
        DriftPolicy::Adopt => adopt::print(&session, &drifts, args, io)?,
        DriftPolicy::Report => show(&session, &drifts, args, io)?,
        DriftPolicy::Enforce => {
            let text = render(&drifts, looked_at(&session, &args.sites));
            write!(io.stderr.writer, "{text}")?;
            return enforce(&session, &drifts, args, io).await;
        }
    }
    Ok(if args.exit_code && has_drift { ExitStatus::No } else { ExitStatus::Done })
}

/// A site may be deployed and not in the fleet file any more.
fn known_or_deployed(session: &Session, sites: &[String]) -> anyhow::Result<()> {
    let unknown = sites.iter().filter(|site| session.stack_of(site).is_err()).cloned();
    known_sites(&session.fleet, &unknown.collect::<Vec<_>>())
}

/// What was changed of some sites, or of all.
async fn found(session: &Session, sites: &[String]) -> anyhow::Result<Vec<Drift>> {
    let desired = planned_of(&session.fleet, &session.snapshot)?;
    let mut drifts = session.drift(&desired);
    for stack in session.deleted_by_hand().await? {
        let site = session.site_of(&stack);
        drifts.push(Drift { stack, site, is_gone: true, changes: Vec::new() });
    }
    let is_meant = |drift: &Drift| {
        sites.is_empty() || drift.site.as_ref().is_none_or(|site| sites.contains(site))
    };
    drifts.retain(is_meant);
    Ok(drifts)
}

fn looked_at(session: &Session, sites: &[String]) -> usize {
    if sites.is_empty() { session.sites_deployed() } else { sites.len() }
}

fn show(
    session: &Session,
    drifts: &[Drift],
    args: &DriftArgs,
    io: &mut Io<'_>,
) -> anyhow::Result<()> {
    if args.json {
        return Ok(io.stdout.line(serde_json::to_string_pretty(drifts)?)?);
    }
    write!(io.stdout.writer, "{}", render(drifts, looked_at(session, &args.sites)))?;
    Ok(())
}

/// Puts everything back that can be.
async fn enforce(
    session: &Session,
    drifts: &[Drift],
    args: &DriftArgs,
    io: &mut Io<'_>,
) -> anyhow::Result<ExitStatus> {
    let mut work = session.to_put_back(&args.sites);
    if work.is_empty() {
        let is_gone = drifts.iter().any(|drift| drift.is_gone);
        if is_gone {
            io.stderr.line("A stack that is gone is made anew by `cdn-cli deploy`.")?;
        }
        return Ok(if is_gone { ExitStatus::No } else { ExitStatus::Done });
    }
    let around = Surroundings {
        exports: exported(&session.snapshot.stacks),
        account: session.snapshot.account.clone(),
    };
    let mut refused = Vec::new();
    for what in &mut work {
        refused.extend(what.leave(&around));
    }
    work.retain(|what| what.differs(&around.exports, &around.account));
    let (work, gone): (Vec<_>, Vec<_>) =
        work.into_iter().map(|what| what.check(&around).map(|()| what)).partition(Result::is_ok);
    let work: Vec<PutBack> = work.into_iter().flatten().collect();
    refused.extend(gone.into_iter().filter_map(Result::err));
    if let Some(last) = refused.pop_if(|_| work.is_empty()) {
        return Err(last);
    }
    for error in &refused {
        write!(io.stderr.writer, "{}", hints::render(error))?;
    }
    let question = format!("Put this back in account {}?", session.snapshot.account);
    if !asked(&question, args.yes, io)? {
        io.stderr.line("Nothing was changed.")?;
        return Ok(ExitStatus::No);
    }
    let how = How {
        stacks: work
            .iter()
            .flat_map(|it| it.absent_sites().into_iter().chain([it.stack.name.clone()]))
            .collect::<BTreeSet<_>>(),
        resume: None,
        concurrency: session.fleet.settings.concurrency as usize,
        is_elsewhere: session.aws.is_elsewhere(),
        json: args.json,
        archives: Archives::default(),
    };
    let work = under_lease(session, how, io, |engine| async move {
        let outcome = engine.put_all_back(&work, &around).await;
        (engine, Ok(outcome))
    });
    let outcome: Outcome = Box::pin(work).await?;
    let status = report(&outcome, args.json, io)?;
    Ok(if refused.is_empty() { status } else { ExitStatus::Error })
}

impl Session {
    /// The stacks of which something can be put back: those of sites, and what they share.
    fn to_put_back(&self, sites: &[String]) -> Vec<PutBack> {
        let mut looked = crate::deploy::look::concerned(&self.snapshot.stacks, sites);
        let is_store = |stack: &&Deployed| {
            let live = self.snapshot.live.get(&stack.name);
            live.is_some_and(|live| live.resources.is_empty() && live.pairs.is_some())
        };
        looked.extend(self.snapshot.stacks.values().filter(is_store));
        let exports = exported(&self.snapshot.stacks);
        let account = &self.snapshot.account;
        let work = looked.into_iter().filter_map(|stack| {
            let agreed = self.snapshot.live.get(&stack.name)?.clone();
            let what = PutBack { stack: stack.clone(), agreed };
            what.differs(&exports, account).then_some(what)
        });
        work.collect()
    }
}
