//! `cdn-cli cutover plan`: what a site's way will be, and what stands in it.

use jiff::Timestamp;

use super::check::{self, Checked};
use crate::cli::CutoverPlanArgs;
use crate::commands::operate::session::Session;
use crate::cutover::journey::{Journey, Next};
use crate::cutover::records::RecordSet;
use crate::cutover::shift::{TTL, Weight};
use crate::exit::ExitStatus;
use crate::printer::{Io, Stream};

/// Shows the way.
pub(crate) async fn run(args: &CutoverPlanArgs, io: &mut Io<'_>) -> anyhow::Result<ExitStatus> {
    let session = Session::open(&args.fleet).await?;
    let sites = session.sites(std::slice::from_ref(&args.site))?;
    let Some(site) = sites.first() else { return Ok(ExitStatus::No) };
    let checked = check::domains(&session, site).await?;
    let journey = super::read(&session.store, &site.name).await?;
    let steps = check::steps(&checked, &args.steps);
    print(&checked, journey.as_ref(), &steps, &mut io.stdout)?;
    let is_free = checked.iter().all(|it| it.obstacles.is_empty());
    Ok(if is_free { ExitStatus::Done } else { ExitStatus::No })
}

/// Prints each domain with what stands in its way, and the steps.
pub(super) fn print(
    checked: &[Checked],
    journey: Option<&Journey>,
    weights: &[Weight],
    out: &mut Stream<'_>,
) -> anyhow::Result<()> {
    for it in checked {
        out.line(format_args!("{}: {}", it.line.domain, it.line.verdict.words()))?;
        for record in it.line.now.iter().flatten() {
            out.line(format_args!("  now     {record}"))?;
        }
        for record in &it.line.wanted {
            out.line(format_args!("  wanted  {record}"))?;
        }
        for obstacle in &it.obstacles {
            out.line(format_args!("  stop    {obstacle}"))?;
        }
    }
    let next = journey.map_or(Next::Lower, |it| it.next(weights, Timestamp::now()));
    let reached = journey.and_then(|it| it.reached.last().copied()).unwrap_or(0);
    let longest = longest(checked);
    if next == Next::Lower && longest > 0 {
        out.line(format_args!("step: lower TTLs to {TTL} s, and wait {longest} s"))?;
    }
    if let Next::Wait(until) = next {
        out.line(format_args!("step: wait until {}", shown(until)))?;
    }
    for weight in weights.iter().filter(|weight| weight.percent() > reached) {
        out.line(format_args!("step: {} % to CloudFront, and look", weight.percent()))?;
    }
    Ok(())
}

/// Seconds for which resolvers keep what is there; 0 where that is no longer than a share.
pub(super) fn longest(checked: &[Checked]) -> u32 {
    let records = checked.iter().flat_map(|it| it.line.now.iter().flatten());
    records.filter_map(RecordSet::kept).filter(|ttl| *ttl > TTL).max().unwrap_or(0)
}

/// A moment, to the second.
pub(super) fn shown(moment: Timestamp) -> String {
    moment.strftime("%Y-%m-%d %H:%M:%SZ").to_string()
}
