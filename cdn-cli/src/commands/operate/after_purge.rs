//! What is done when everything is purged: it is warmed.

use cache_warmer::Purged;
use serde::Serialize;

use super::invalidate::sites;
use super::session::Session;
use crate::cli::{InvalidateArgs, RunArgs, WarmArgs, WhatArgs};
use crate::commands::warm::AfterPurge;
use crate::deploy::purge::Begun;
use crate::exit::ExitStatus;
use crate::printer::Io;

/// What is to be done; nothing where nothing was asked for.
pub(super) struct After(Option<AfterPurge>);

/// What `--json` prints.
#[derive(Serialize)]
struct Told<'a> {
    invalidations: &'a [Begun],
    /// `None` where it was not agreed to.
    report: Option<&'a cache_warmer::Report>,
}

impl After {
    /// Finds what is wrong before anything is purged.
    pub(super) fn prepare(
        session: &Session,
        args: &InvalidateArgs,
        (names, paths): (&[&String], &[&String]),
        io: &mut Io<'_>,
    ) -> anyhow::Result<Self> {
        if !args.after.warm {
            return Ok(Self(None));
        }
        let tags = args.tag.iter().map(|tag| format!("#{tag}"));
        let items = paths.iter().map(|path| (*path).clone()).chain(tags);
        let mut purged = Purged::of_items(items);
        purged.images.extend(args.image.iter().cloned());
        AfterPurge::prepare(warm_args(session, args, names)?, purged, io).map(|it| Self(Some(it)))
    }

    /// Does it, and tells of all.
    pub(super) async fn run(
        &self,
        begun: &[Begun],
        json: bool,
        io: &mut Io<'_>,
    ) -> anyhow::Result<ExitStatus> {
        let Some(after) = &self.0 else {
            if json {
                io.stdout.line(serde_json::to_string_pretty(begun)?)?;
            }
            return Ok(ExitStatus::Done);
        };
        let report = after.run(io).await?;
        if json {
            let told = Told { invalidations: begun, report: report.as_ref() };
            io.stdout.line(serde_json::to_string_pretty(&told)?)?;
        } else if let Some(report) = &report {
            AfterPurge::print(report, io)?;
        }
        let is_hot = report.is_some_and(|report| after.is_hot(&report));
        Ok(if is_hot { ExitStatus::Done } else { ExitStatus::No })
    }
}

/// The arguments of `cdn-cli warm` for the sites that are purged. What their distributions are called
/// is known of their stacks.
fn warm_args(
    session: &Session,
    args: &InvalidateArgs,
    names: &[&String],
) -> anyhow::Result<WarmArgs> {
    let after = args.after.clone();
    let mut places = after.places;
    let is_named = places.direct || places.distribution.iter().any(|it| !it.contains('='));
    let mut sites_of_purge = Vec::new();
    for site in sites(session, names)? {
        let stack = session.stack_of(&site.name)?;
        if let Some(endpoint) = session.endpoint(site, stack).filter(|_| !is_named) {
            // What was said by hand comes later, and counts.
            places.distribution.insert(0, format!("{}={endpoint}", site.name));
        }
        sites_of_purge.push(site.name.clone());
    }
    Ok(WarmArgs {
        command: None,
        what: WhatArgs {
            sites: sites_of_purge,
            group: Vec::new(),
            fleet: args.fleet.fleet.clone(),
            sources: after.sources,
            allow_host: Vec::new(),
        },
        places,
        pace: after.pace,
        limits: after.limits,
        run: RunArgs { journal: None, watch: false, json: args.json, report: after.report },
    })
}
