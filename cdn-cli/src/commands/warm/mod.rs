//! `cdn-cli warm`: caches filled before shoppers arrive.
//!
//! ```text
//! chosen   sites of the fleet, their hosts and rules
//! gather   sitemaps, lists and pages -> targets on disk
//! places   locations, shield, distributions, name servers
//! price    an estimate, and consent
//! carry    the run, its progress and its reports
//! purged   the same of what an invalidation took out, as a part of `cdn-cli invalidate`
//! ```

mod carry;
mod chosen;
mod gather;
mod places;
mod plan;
mod price;
#[cfg(feature = "deploy")]
mod purged;

use anyhow::Context as _;
use cache_warmer::{JournalFolder, Places, Plan, Purged, Spool};

use self::chosen::Chosen;
pub(crate) use self::price::prices;
#[cfg(feature = "deploy")]
pub(crate) use self::purged::AfterPurge;
use crate::cli::{PlacesArgs, WarmArgs, WarmCommand, WhatArgs};
use crate::exit::ExitStatus;
use crate::printer::Io;

/// Does what was asked.
pub(crate) fn run(args: &WarmArgs, io: &mut Io<'_>) -> anyhow::Result<ExitStatus> {
    let runtime = tokio::runtime::Runtime::new().context("starting the runtime")?;
    runtime.block_on(async {
        match &args.command {
            Some(WarmCommand::Plan(plan)) => plan::run(plan, io).await,
            None => warm(args, io).await,
        }
    })
}

async fn warm(args: &WarmArgs, io: &mut Io<'_>) -> anyhow::Result<ExitStatus> {
    let chosen = Chosen::of(&args.what)?;
    let scratch = tempfile::tempdir().context("making a folder for the list")?;
    let folder = args.run.journal.as_deref().unwrap_or(scratch.path());
    let folder = JournalFolder::new(folder)?;
    let unfinished = match &args.run.journal {
        Some(_) => folder.unfinished()?,
        None => None,
    };
    let (plan, spool) = if let Some((plan, spool)) = unfinished {
        io.stderr.line("going on with the run that the journal holds")?;
        (plan, spool)
    } else {
        let places = places::chosen(&args.places, io)?;
        let sources = Sources::of(&args.what, &args.places, &chosen);
        sources.planned(&args.pace, places, args.run.report.verify_sample, &folder, io).await?
    };
    if !price::is_agreed(&plan, &args.limits, io)? {
        return Ok(ExitStatus::No);
    }
    carry::run(args, &chosen, (plan, spool), &folder, io).await
}

/// Where a plan comes from.
struct Sources<'a> {
    what: &'a WhatArgs,
    places: &'a PlacesArgs,
    chosen: &'a Chosen,
    /// `None` where everything is to be warmed.
    purged: Option<&'a Purged>,
}

impl<'a> Sources<'a> {
    fn of(what: &'a WhatArgs, places: &'a PlacesArgs, chosen: &'a Chosen) -> Self {
        Self { what, places, chosen, purged: None }
    }

    /// The plan and its targets, which are written into the folder.
    async fn planned(
        &self,
        pace: &crate::cli::PaceArgs,
        places: Places,
        verify: f64,
        folder: &JournalFolder,
        io: &mut Io<'_>,
    ) -> anyhow::Result<(Plan, Spool)> {
        let client = places::reader(self.places, pace)?;
        let which = (self.chosen, self.purged);
        let spool = gather::targets(self.what, which, client, &folder.targets(), io).await?;
        let shield = places::shield(self.places, self.chosen);
        Ok((Plan::new(&spool, places, shield.as_deref(), verify), spool))
    }
}
