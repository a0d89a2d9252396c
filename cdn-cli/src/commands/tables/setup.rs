//! `cdn-cli logs setup`: what Athena needs, deployed as a stack of its own.

use std::collections::{BTreeMap, BTreeSet};

use cloudformation::{Catalog, SharedKind, athena};

use super::of_fleet;
use crate::cli::SetupArgs;
use crate::commands::consent::asked;
use crate::commands::operate::{How, Session, report, under_lease};
use crate::deploy::archives::Archives;
use crate::deploy::gates::Gates;
use crate::deploy::run::{Order, deploy};
use crate::exit::ExitStatus;
use crate::hints::Hinted;
use crate::plan::{Desired, KIND_TAG, plan, render};
use crate::printer::Io;

/// Deploys it.
pub(super) fn run(args: &SetupArgs, io: &mut Io<'_>) -> anyhow::Result<ExitStatus> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    runtime.block_on(Box::pin(set_up(args, io)))
}

async fn set_up(args: &SetupArgs, io: &mut Io<'_>) -> anyhow::Result<ExitStatus> {
    let session = Session::open(&args.fleet).await?;
    let stack = athena(&catalog(args, &session)?, &session.fleet.settings);
    if args.template {
        write!(io.stdout.writer, "{}", stack.template.to_yaml())?;
        return Ok(ExitStatus::Done);
    }
    let desired = Desired::from(&stack);
    let there = session.snapshot.stacks.get(&desired.name).cloned();
    let there: BTreeMap<_, _> = there.into_iter().map(|it| (it.name.clone(), it)).collect();
    let desired = vec![desired];
    let plan = plan(&desired, &there, &BTreeMap::new());
    if !args.json {
        write!(io.stderr.writer, "{}", render(&plan))?;
    }
    refuse(&plan)?;
    if plan.is_empty() {
        return Ok(ExitStatus::Done);
    }
    let question = format!("Deploy this to account {}?", session.snapshot.account);
    if !asked(&question, args.yes, io)? {
        io.stderr.line("Nothing was changed.")?;
        return Ok(ExitStatus::No);
    }
    let how = How {
        stacks: BTreeSet::from([stack.name.clone()]),
        resume: None,
        concurrency: 1,
        is_elsewhere: session.aws.is_elsewhere(),
        archives: Archives::default(),
        json: args.json,
    };
    let order = Order {
        plan,
        desired,
        prune: false,
        probe: None,
        gates: Gates::default(),
        domains: BTreeMap::new(),
        roll_back: false,
    };
    let work = under_lease(&session, how, io, |engine| async move {
        let outcome = deploy(&engine, &order).await;
        (engine, outcome)
    });
    let outcome = Box::pin(work).await?;
    report(&outcome, args.json, io)
}

/// The catalog over the fleet's logs in the session's account.
fn catalog(args: &SetupArgs, session: &Session) -> anyhow::Result<Catalog> {
    let setup = of_fleet(&session.fleet, &session.snapshot.account, tenants(session), &args.logs)?;
    let tables = setup.catalog()?;
    let tables = tables.iter().map(serde_json::to_value).collect::<Result<_, _>>()?;
    Ok(Catalog { database: setup.database, tables, cutoff: args.limit * 1_000_000_000 })
}

/// The distributions that tenants share, as far as they are deployed.
fn tenants(session: &Session) -> Vec<String> {
    let is_shared_by_tenants = SharedKind::TenantDistribution.label();
    let stacks = session.snapshot.stacks.values();
    let stacks =
        stacks.filter(|it| it.tags.get(KIND_TAG).is_some_and(|kind| kind == is_shared_by_tenants));
    stacks.filter_map(|stack| stack.outputs.get("Id").cloned()).collect()
}

/// A bucket that would be made anew would lose what is in it.
fn refuse(plan: &crate::plan::Plan) -> anyhow::Result<()> {
    let Some((stack, change)) = plan.refused().next() else { return Ok(()) };
    let what = format!("{} of {stack} would be made anew ({})", change.resource, change.field);
    Err(Hinted::error(what, "leave the field as it is"))
}
