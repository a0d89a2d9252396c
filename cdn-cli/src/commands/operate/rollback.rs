//! `cdn-cli rollback`: an earlier version, put into effect as a new one.

use std::collections::{BTreeMap, BTreeSet};

use super::deploy::report;
use super::session::Session;
use super::work::{How, under_lease};
use crate::cli::RollbackArgs;
use crate::commands::consent::asked;
use crate::deploy::archives::Archives;
use crate::deploy::gates::Gates;
use crate::deploy::run::{Order, deploy};
use crate::deploy::versions::{self, Version};
use crate::exit::ExitStatus;
use crate::hints::Hinted;
use crate::plan::{Deployed, Desired, SITE_TAG, imports, missing_exports, plan, render};
use crate::printer::Io;

/// Rolls back.
pub(crate) async fn run(args: &RollbackArgs, io: &mut Io<'_>) -> anyhow::Result<ExitStatus> {
    let session = Session::open(&args.fleet).await?;
    let mut desired = Vec::new();
    for site in sites(args, &session)? {
        let stack = session.stack_of(&site)?;
        let earlier = earlier(&session, &site, &stack.name, args.to).await?;
        desired.push(again(&session, stack, earlier).await?);
    }
    let mut all = shared(&session, &desired).await?;
    all.append(&mut desired);

    let names: BTreeSet<String> = all.iter().map(|stack| stack.name.clone()).collect();
    let mut plan = plan(&all, &session.snapshot.stacks, &BTreeMap::new());
    plan.actions.retain(|action| names.contains(&action.stack));
    if !args.json {
        write!(io.stderr.writer, "{}", render(&plan))?;
    }
    if plan.is_empty() {
        return Ok(ExitStatus::Done);
    }
    let question = format!("Roll back in account {}?", session.snapshot.account);
    if !asked(&question, args.yes, io)? {
        io.stderr.line("Nothing was changed.")?;
        return Ok(ExitStatus::No);
    }
    let how = How {
        stacks: names,
        resume: None,
        concurrency: session.fleet.settings.concurrency as usize,
        is_elsewhere: session.aws.is_elsewhere(),
        json: args.json,
        archives: Archives::default(),
    };
    let order = Order {
        plan,
        desired: all,
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

/// The sites that are meant, each once.
fn sites(args: &RollbackArgs, session: &Session) -> anyhow::Result<BTreeSet<String>> {
    let mut sites: BTreeSet<String> = args.sites.iter().cloned().collect();
    if let Some(wave) = args.wave {
        let of_wave = session.fleet.sites.iter().filter(|site| site.delivery.wave == wave);
        sites.extend(of_wave.map(|site| site.name.clone()));
    }
    if sites.is_empty() {
        anyhow::bail!("no site is in wave {}", args.wave.unwrap_or_default());
    }
    Ok(sites)
}

/// The version that was asked for; else the last one that differs from what is in effect.
async fn earlier(
    session: &Session,
    site: &str,
    stack: &str,
    to: Option<u32>,
) -> anyhow::Result<Version> {
    if let Some(number) = to {
        return versions::one(&session.store, stack, number).await;
    }
    let all = versions::all(&session.store, stack).await?;
    let now = all.last().map(|version| version.template.clone());
    let earlier = all.into_iter().rev().find(|version| Some(&version.template) != now.as_ref());
    earlier.ok_or_else(|| {
        Hinted::error(
            format!("the site `{site}` has no earlier version"),
            format!("`cdn-cli versions {site}` lists those there are"),
        )
    })
}

/// A stack as it was in a version.
async fn again(session: &Session, stack: &Deployed, version: Version) -> anyhow::Result<Desired> {
    Ok(Desired {
        name: stack.name.clone(),
        site: stack.tags.get(SITE_TAG).cloned(),
        region: stack.region.clone(),
        template: versions::template(&session.store, &version.template).await?,
        parameters: version.parameters,
        tags: version.tags,
        asks: BTreeMap::new(),
        after: Vec::new(),
    })
}

/// What sites shared in these versions and share no more, as it was: an export has the name of its
/// stack in front.
async fn shared(session: &Session, desired: &[Desired]) -> anyhow::Result<Vec<Desired>> {
    let mut found: BTreeMap<String, Desired> = BTreeMap::new();
    let mut wanted: Vec<String> = desired
        .iter()
        .flat_map(|stack| missing_exports(&stack.template, &session.snapshot.stacks))
        .collect();
    while let Some(export) = wanted.pop() {
        let name = export.split(':').next().unwrap_or_default().to_owned();
        if found.contains_key(&name) {
            continue;
        }
        let last = versions::all(&session.store, &name).await?.pop();
        let version = last.ok_or_else(|| {
            Hinted::error(
                format!("`{export}`, which that version used, is gone"),
                "an earlier version may use what is still there: `cdn-cli versions SITE`",
            )
        })?;
        let template = versions::template(&session.store, &version.template).await?;
        let needed = missing_exports(&template, &session.snapshot.stacks);
        let stack_of = |export: &String| export.split(':').next().unwrap_or_default().to_owned();
        let after = imports(&template).iter().map(stack_of).collect();
        let stack = Desired {
            name: name.clone(),
            site: None,
            region: crate::aws::GLOBAL.to_owned(),
            parameters: version.parameters,
            tags: version.tags,
            asks: BTreeMap::new(),
            after,
            template,
        };
        wanted.extend(needed);
        found.insert(name, stack);
    }
    Ok(found.into_values().collect())
}
