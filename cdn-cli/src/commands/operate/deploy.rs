//! `cdn-cli deploy`: the plan, put into effect.

use std::collections::BTreeMap;
use std::time::Duration;

use super::session::{ASSIGNMENT, Planned, Session, known_sites};
use super::work::{How, under_lease};
use crate::cli::{DeployArgs, HealthArgs};
use crate::commands::consent::asked;
use crate::deploy::archives::Archives;
use crate::deploy::gates::Gates;
use crate::deploy::health::Probe;
use crate::deploy::orphans;
use crate::deploy::run::{Order, Outcome, deploy};
use crate::exit::ExitStatus;
use crate::hints::Hinted;
use crate::plan::{Plan, Step, render};
use crate::printer::Io;

/// Time between two attempts to reach a site that did not answer well.
const PAUSE: Duration = Duration::from_secs(5);

/// How long a wave is watched where gates are asked for: CloudFront's metrics come some minutes late.
const SOAK: Duration = Duration::from_mins(10);

/// Deploys.
pub(crate) async fn run(args: &DeployArgs, io: &mut Io<'_>) -> anyhow::Result<ExitStatus> {
    let mut session = Session::open(&args.fleet).await?;
    known_sites(&session.fleet, &args.sites)?;
    session.look(&args.sites, io).await?;
    let mut archives = Archives::default();
    let Planned { plan, desired, assignment } = session.plan_with(&args.sites, |desired| {
        if let Some(folder) = &args.archives {
            archives = Archives::read(folder, desired, session.store.bucket())?;
            archives.name_in(desired);
        }
        Ok(())
    })?;
    if !args.json {
        write!(io.stderr.writer, "{}", render(&plan))?;
    }
    refuse(&plan)?;
    if plan.is_empty() && args.resume.is_none() {
        sweep(&session, io).await?;
        return Ok(ExitStatus::Done);
    }
    let question = format!("Deploy this to account {}?", session.snapshot.account);
    if !asked(&question, args.yes, io)? {
        io.stderr.line("Nothing was changed.")?;
        return Ok(ExitStatus::No);
    }
    let busy = plan.actions.iter().filter(|action| action.step != Step::Keep);
    if args.archives.is_some() {
        session.store.create().await?;
        archives.upload(&session.store).await?;
    }
    let how = How {
        stacks: busy.map(|action| action.stack.clone()).collect(),
        resume: args.resume.clone(),
        concurrency: args.concurrency.unwrap_or(session.fleet.settings.concurrency as usize),
        is_elsewhere: session.aws.is_elsewhere(),
        json: args.json,
        archives,
    };
    let order = Order {
        plan,
        desired,
        prune: args.prune,
        probe: probe(&args.health, &session),
        gates: gates(&args.health),
        domains: domains(&session),
        roll_back: !args.no_rollback,
    };
    let work = under_lease(&session, how, io, |engine| async move {
        let outcome = async {
            // Before anything sits anywhere, so that nobody else is put on its place.
            engine.remember(ASSIGNMENT, &assignment).await?;
            deploy(&engine, &order).await
        };
        let outcome = outcome.await;
        (engine, outcome)
    });
    let outcome = Box::pin(work).await?;
    if outcome.is_well() {
        sweep(&session, io).await?;
    }
    report(&outcome, args.json, io)
}

/// Tries to delete versions of the function at the edge that nobody uses any more. That it cannot
/// be done yet is no failure of a deploy.
pub(super) async fn sweep(session: &Session, io: &mut Io<'_>) -> anyhow::Result<()> {
    let fleet = &session.fleet.settings.name;
    let deployed = &session.snapshot.stacks;
    match orphans::sweep(&session.aws, &session.store, fleet, deployed).await {
        Ok(swept) => super::orphans::tell(&swept, io),
        Err(error) => Ok(io.stderr.line(format_args!("Versions at the edge: {error:#}"))?),
    }
}

/// Stops where the plan has what must never be done.
fn refuse(plan: &Plan) -> anyhow::Result<()> {
    let Some((stack, change)) = plan.refused().next() else { return Ok(()) };
    Err(Hinted::error(
        format!(
            "the plan would replace {} of {stack} ({} {}), which is an outage",
            change.resource, change.kind, change.field
        ),
        "leave the field as it is, or make a new site beside the old one and move the domains",
    ))
}

/// How sites are asked; `None` where they are not.
pub(super) fn probe(health: &HealthArgs, session: &Session) -> Option<Probe> {
    if health.no_probe {
        return None;
    }
    let is_elsewhere = session.aws.is_elsewhere();
    // A stand-in of AWS that says nothing of an edge has none.
    if is_elsewhere && health.probe_through.is_none() {
        return None;
    }
    let pause = if is_elsewhere { Duration::from_millis(100) } else { PAUSE };
    Some(Probe { paths: health.probe.clone(), through: health.probe_through.clone(), pause })
}

/// What sites are held against.
pub(super) fn gates(health: &HealthArgs) -> Gates {
    Gates {
        max_5xx: health.max_5xx,
        min_hit_ratio: health.min_hit_ratio,
        soak: health.soak.unwrap_or(SOAK),
    }
}

fn domains(session: &Session) -> BTreeMap<String, Vec<String>> {
    session.fleet.sites.iter().map(|site| (site.name.clone(), site.domains.clone())).collect()
}

/// Says how it ended.
pub(crate) fn report(outcome: &Outcome, json: bool, io: &mut Io<'_>) -> anyhow::Result<ExitStatus> {
    if json {
        io.stdout.line(serde_json::to_string(&serde_json::json!({
            "event": "end",
            "changed": outcome.changed,
            "unchanged": outcome.unchanged,
            "failed": outcome.failed,
            "rolled_back": outcome.rolled_back,
        }))?)?;
    }
    if outcome.is_well() {
        let unchanged = match outcome.unchanged {
            0 => String::new(),
            number => format!(", {number} were as desired"),
        };
        io.stderr.line(format_args!("Done: {} changed{unchanged}.", outcome.changed))?;
        return Ok(ExitStatus::Done);
    }
    let (name, reason) = outcome
        .failed
        .first_key_value()
        .map_or(("", ""), |(name, reason)| (name.as_str(), reason.as_str()));
    let more = match outcome.failed.len() {
        0 | 1 => String::new(),
        many => format!(" (and {} more)", many - 1),
    };
    let back = match outcome.rolled_back.len() {
        0 => "nothing was rolled back".to_owned(),
        1 => "1 site was rolled back".to_owned(),
        many => format!("{many} sites were rolled back"),
    };
    Err(Hinted::error(
        format!("{name}{more}: {reason}; {back}, and nothing more was deployed"),
        "when it is mended, the same command goes on with what is left",
    ))
}
