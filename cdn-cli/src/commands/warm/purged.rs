//! What an invalidation took out of the caches is put there again.

use anyhow::Context as _;
use cache_warmer::{JournalFolder, Places, Purged, Report};

use super::chosen::Chosen;
use super::{Sources, carry, places, price};
use crate::cli::WarmArgs;
use crate::printer::Io;

/// A run of the warmer that begins when a purge is done.
pub(crate) struct AfterPurge {
    args: WarmArgs,
    purged: Purged,
    chosen: Chosen,
    places: Places,
}

impl AfterPurge {
    /// Finds what is wrong with the arguments before anything is purged.
    pub(crate) fn prepare(args: WarmArgs, purged: Purged, io: &mut Io<'_>) -> anyhow::Result<Self> {
        let chosen = Chosen::of(&args.what)?;
        let places = places::chosen(&args.places, io)?;
        // Made only to be found fault with: what it needs may not be there.
        places::warmer(&args.places, &args.pace, &chosen)?;
        Ok(Self { args, purged, chosen, places })
    }

    /// Warms: lists and pages are read now, for they may have been purged too. `None` where that was
    /// not agreed to.
    pub(crate) async fn run(&self, io: &mut Io<'_>) -> anyhow::Result<Option<Report>> {
        let Self { args, purged, chosen, places } = self;
        let scratch = tempfile::tempdir().context("making a folder for the list")?;
        let folder = JournalFolder::new(scratch.path())?;
        let sources =
            Sources { purged: Some(purged), ..Sources::of(&args.what, &args.places, chosen) };
        let verify = args.run.report.verify_sample;
        let planned = sources.planned(&args.pace, places.clone(), verify, &folder, io).await?;
        if !price::is_agreed(&planned.0, &args.limits, io)? {
            return Ok(None);
        }
        let report = carry::once(args, chosen, planned, &folder, io).await?;
        carry::write(args, &report)?;
        Ok(Some(report))
    }

    /// Whether as much is hot as was required.
    pub(crate) fn is_hot(&self, report: &Report) -> bool {
        carry::is_hot(&self.args, report)
    }

    /// Prints a report for people.
    pub(crate) fn print(report: &Report, io: &mut Io<'_>) -> anyhow::Result<()> {
        carry::print(report, io)
    }
}
