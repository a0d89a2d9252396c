//! `cdn-cli destroy`: a site goes.

use std::collections::{BTreeMap, BTreeSet};

use super::deploy::{report, sweep};
use super::session::Session;
use super::work::{How, under_lease};
use crate::cli::DestroyArgs;
use crate::commands::consent::asked;
use crate::deploy::apply::{Applied, Engine, Target};
use crate::deploy::archives::Archives;
use crate::deploy::events::Event;
use crate::deploy::run::Outcome;
use crate::exit::ExitStatus;
use crate::plan::{Deployed, SitePairs};
use crate::printer::Io;

/// Kinds of resources that answer viewers, and the place of their switch.
const SWITCHES: [(&str, &str); 2] = [
    ("AWS::CloudFront::Distribution", "/Properties/DistributionConfig/Enabled"),
    ("AWS::CloudFront::DistributionTenant", "/Properties/Enabled"),
];

/// Destroys.
pub(crate) async fn run(args: &DestroyArgs, io: &mut Io<'_>) -> anyhow::Result<ExitStatus> {
    let session = Session::open(&args.fleet).await?;
    let sites: BTreeSet<&String> = args.sites.iter().collect();
    let stacks: Vec<Deployed> =
        sites.iter().map(|site| session.stack_of(site).cloned()).collect::<Result<_, _>>()?;
    for stack in &stacks {
        let domain = stack.outputs.get("DomainName").map_or("-", String::as_str);
        io.stderr.line(format_args!("  - {} ({domain})", stack.name))?;
    }
    let count = if stacks.len() == 1 {
        "this site".to_owned()
    } else {
        format!("these {} sites", stacks.len())
    };
    let question = format!("Delete {count} from account {}?", session.snapshot.account);
    if !asked(&question, args.yes, io)? {
        io.stderr.line("Nothing was changed.")?;
        return Ok(ExitStatus::No);
    }
    let how = How {
        stacks: stacks.iter().map(|stack| stack.name.clone()).collect(),
        resume: None,
        concurrency: 1,
        is_elsewhere: session.aws.is_elsewhere(),
        json: args.json,
        archives: Archives::default(),
    };
    let work = under_lease(&session, how, io, |engine| async move {
        let mut outcome = Outcome::default();
        for stack in &stacks {
            let gone = take_away(&engine, stack).await;
            engine.tell(&stack.name, &gone);
            outcome.count(&stack.name, gone);
            if !outcome.is_well() {
                break;
            }
        }
        (engine, Ok(outcome))
    });
    let outcome = Box::pin(work).await?;
    sweep(&session, io).await?;
    report(&outcome, args.json, io)
}

/// Switches a site off, waits until all edges know, and deletes it.
async fn take_away(engine: &Engine, stack: &Deployed) -> anyhow::Result<Applied> {
    engine.refuse_full_buckets(&stack.name, &stack.region).await?;
    let mut template = stack.template.clone();
    let resources = template.get_mut("Resources").and_then(|all| all.as_object_mut());
    for resource in resources.into_iter().flat_map(serde_json::Map::values_mut) {
        let kind = resource.get("Type").and_then(|kind| kind.as_str()).unwrap_or_default();
        let switch = SWITCHES.iter().find(|(of, _)| *of == kind);
        if let Some(switch) = switch.and_then(|(_, place)| resource.pointer_mut(place)) {
            *switch = false.into();
        }
    }
    if template != stack.template {
        engine.events.tell(Event::changing(&stack.name));
        let target = Target {
            name: stack.name.clone(),
            region: stack.region.clone(),
            template,
            parameters: stack.parameters.clone(),
            tags: stack.tags.clone(),
            summary: "switched off".to_owned(),
        };
        engine.apply(&target).await?;
    }
    engine.delete(&stack.name, &stack.region).await?;
    if let Some(SitePairs { store, pairs }) = SitePairs::of(&stack.template) {
        engine.pairs.write(&store, &BTreeMap::new(), &pairs.into_keys().collect()).await?;
    }
    Ok(Applied::Changed { before: None })
}
