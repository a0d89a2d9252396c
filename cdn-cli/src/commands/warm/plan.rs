//! `cdn-cli warm plan`: what would be asked where, what it costs, and what ends too early.

use std::time::Duration;

use anyhow::Context as _;
use cache_warmer::{Estimate, Fills, JournalFolder, Places, Plan};
use jiff::{SignedDuration, Timestamp};
use serde::Serialize;

use super::chosen::Chosen;
use super::{Sources, places, price};
use crate::cli::WarmPlanArgs;
use crate::exit::ExitStatus;
use crate::printer::Io;

/// What `--json` prints.
#[derive(Serialize)]
struct Told<'a> {
    plan: &'a Plan,
    estimate: &'a Estimate,
    /// Seconds that it takes at the least, where a rate is set.
    seconds: Option<u64>,
    warnings: &'a [String],
}

pub(super) async fn run(args: &WarmPlanArgs, io: &mut Io<'_>) -> anyhow::Result<ExitStatus> {
    let chosen = Chosen::of(&args.what)?;
    let scratch = tempfile::tempdir().context("making a folder for the list")?;
    let folder = JournalFolder::new(scratch.path())?;
    let places = places::chosen(&args.places, io)?;
    let sources = Sources::of(&args.what, &args.places, &chosen);
    let (plan, _) = sources.planned(&args.pace, places, args.verify_sample, &folder, io).await?;
    let estimate = price::estimate(&plan)?;
    let takes = least_time(&plan, args.pace.rate);
    let warnings = args.at.map(|at| warnings(at, Timestamp::now(), takes, &chosen));
    let warnings = warnings.unwrap_or_default();
    if args.json {
        let seconds = takes.map(|takes| takes.as_secs());
        let told = Told { plan: &plan, estimate: &estimate, seconds, warnings: &warnings };
        io.stdout.line(serde_json::to_string_pretty(&told)?)?;
        return Ok(ExitStatus::Done);
    }
    print(&plan, &estimate, takes, io)?;
    for warning in &warnings {
        io.stdout.line(warning)?;
    }
    Ok(ExitStatus::Done)
}

/// How long the plan takes at a rate: waves one after the other, the locations of each at once.
fn least_time(plan: &Plan, rate: Option<f64>) -> Option<Duration> {
    let passes = plan.waves.len() as f64 + if plan.verify > 0.0 { plan.verify } else { 0.0 };
    let seconds = plan.targets as f64 * passes / rate?;
    Duration::try_from_secs_f64(seconds).ok()
}

/// What of it would be cold again at that time, as far as the fleet file tells.
fn warnings(
    at: Timestamp,
    now: Timestamp,
    takes: Option<Duration>,
    chosen: &Chosen,
) -> Vec<String> {
    let takes = SignedDuration::try_from(takes.unwrap_or_default()).unwrap_or_default();
    let latest = at.checked_sub(takes).unwrap_or(at);
    let mut warnings = Vec::new();
    if latest < now {
        warnings.push(format!("too late: it would have to start at {latest}, to end by {at}"));
    }
    for site in &chosen.sites {
        let kept = SignedDuration::from_secs(i64::from(site.images.caching.max_age));
        let ends = now.checked_add(kept).unwrap_or(at);
        if ends < at {
            let earliest = at.checked_sub(kept).unwrap_or(at);
            warnings.push(format!(
                "{}: pictures warmed now end at {ends}, before {at}: start after {earliest}, or \
                 raise images.caching.max_age ({} s)",
                site.name, site.images.caching.max_age
            ));
        }
    }
    warnings
}

fn print(
    plan: &Plan,
    estimate: &Estimate,
    takes: Option<Duration>,
    io: &mut Io<'_>,
) -> anyhow::Result<()> {
    io.stdout.line(price::line(plan, estimate))?;
    if let Some(takes) = takes {
        io.stdout.line(format_args!("at least {} s at this rate", takes.as_secs()))?;
    }
    let names = plan.names();
    if plan.places != Places::Direct {
        for (number, wave) in plan.waves.iter().enumerate() {
            let fills = match wave.fills {
                Fills::Shield => "the shield, from the origin",
                Fills::Regional => "regional caches",
                Fills::Edge => "edges, from their regional caches",
            };
            let its = wave.locations.iter().filter_map(|place| names.get(*place));
            let its: Vec<_> = its.map(String::as_str).collect();
            io.stdout.line(format_args!("wave {}: {fills}: {}", number + 1, its.join(" ")))?;
        }
    }
    for (region, amount) in &estimate.dollars {
        io.stdout.line(format_args!("  {region}: {}", price::about(*amount)))?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rate_tells_the_least_time() {
        let wave = |fills| cache_warmer::Wave { fills, locations: vec![0] };
        let waves = vec![wave(Fills::Shield), wave(Fills::Edge)];
        let plan = Plan { targets: 300, pictures: 0, places: Places::Direct, waves, verify: 0.5 };
        assert_eq!(least_time(&plan, None), None);
        assert_eq!(least_time(&plan, Some(10.0)), Some(Duration::from_secs(75)));
    }
}
