//! Changes of a domain's records in zones that are written: what is to be done, kept, written and waited for.

use std::time::Duration;

use fleet::delivery::DnsHost;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::survey::{Line, Owner};
use crate::aws::{Condition, HostedZone};
use crate::commands::operate::session::Session;
use crate::commands::operate::zones::WrittenZones;
use crate::cutover::records::RecordSet;
use crate::cutover::shift::{Batch, Refusal, Weight, differ_in_ttl_only, goal, is_ours, lowered};
use crate::hints::Hinted;
use crate::plan::count;
use crate::printer::Io;
use crate::progress::Progress;

/// Time between two looks at a change; Route 53's servers know of most within a minute.
const POLL: Duration = Duration::from_secs(5);
/// The same for another AWS than AWS's own.
const POLL_ELSEWHERE: Duration = Duration::from_millis(50);
/// Looks after which the command does not wait any more: five minutes.
const LOOKS: usize = 60;

/// What was there before the first change.
#[derive(Clone, Debug, Serialize, Deserialize)]
struct Kept {
    domain: String,
    zone: String,
    at: Timestamp,
    records: Vec<RecordSet>,
}

/// What is to be done about a domain.
#[derive(Debug, Serialize)]
pub(crate) struct Step {
    pub(crate) domain: String,
    zone: HostedZone,
    #[serde(flatten)]
    pub(crate) batch: Batch,
    /// What is to be kept before anything is changed.
    #[serde(skip)]
    keep: Option<Kept>,
}

/// Where a domain's records are to come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Goal {
    /// What is there, kept for a minute by resolvers.
    ShortTtl,
    /// So much of the traffic at `CloudFront`.
    Share(Weight),
    /// What was there before the first change.
    Back,
}

/// What is to be done; `None` where nothing was kept that could be put back.
pub(crate) async fn step(session: &Session, aim: Goal, line: Line) -> anyhow::Result<Option<Step>> {
    let (zone, now) = writable(&line)?;
    let kept: Option<Kept> = session.store.read(&key(&line.domain)).await?.map(|(kept, _)| kept);
    if aim == Goal::Back {
        return Ok(kept.map(|kept| {
            let batch = Batch::between(&now, &kept.records);
            Step { domain: line.domain, zone, batch, keep: None }
        }));
    }
    let target = ready(&line)?;
    // Where nothing of ours is there, what is there is what was there before, but for a TTL that
    // was lowered.
    let is_lowered = kept.as_ref().is_some_and(|kept| differ_in_ttl_only(&kept.records, &now));
    let is_first = !is_ours(&now, &line.wanted) && !is_lowered;
    let before = match kept {
        Some(kept) if !is_first => kept.records,
        _ => now
            .iter()
            .filter(|it| is_first || !is_ours(std::slice::from_ref(it), &line.wanted))
            .cloned()
            .collect(),
    };
    let goal = match aim {
        Goal::Share(weight) if weight != Weight::WHOLE && zone.host == DnsHost::Cloudflare => {
            return Err(Hinted::error(
                format!(
                    "the zone of {} is Cloudflare's, whose DNS shares nothing out",
                    line.domain
                ),
                "leave out --weight: all of it moves at once, and `--back` is as quick",
            ));
        }
        Goal::Share(weight) => goal(&before, &line.wanted, &target, weight)
            .map_err(|refusal| refused(refusal, &line.domain))?,
        // Once traffic shifts, TTLs are short already.
        _ if is_first || is_lowered => lowered(&before),
        _ => now.clone(),
    };
    let keep = is_first.then(|| Kept {
        domain: line.domain.clone(),
        zone: zone.id.clone(),
        at: Timestamp::now(),
        records: before,
    });
    Ok(Some(Step { batch: Batch::between(&now, &goal), domain: line.domain, zone, keep }))
}

/// The zone and what is in it, where `cdn-cli` writes it.
fn writable(line: &Line) -> anyhow::Result<(HostedZone, Vec<RecordSet>)> {
    match (line.owner, &line.zone, &line.now) {
        (Owner::CdnCli, Some(zone), Some(now)) => Ok((zone.clone(), now.clone())),
        (Owner::Stack, ..) => Err(Hinted::error(
            format!("the records of {} are its stack's, which has no shares", line.domain),
            "leave `id` out of `zone` while the traffic shifts: the zone is found by its name",
        )),
        _ => Err(Hinted::error(
            format!("{} is in no zone that cdn-cli writes", line.domain),
            format!("`cdn-cli dns plan {} --format bind` prints what to put there", line.site),
        )),
    }
}

/// Where a domain is to lead, once CloudFront answers under it.
fn ready(line: &Line) -> anyhow::Result<String> {
    let Some(target) = &line.target else {
        return Err(Hinted::error(
            format!("the site `{}` is not deployed", line.site),
            format!("`cdn-cli deploy {}` first", line.site),
        ));
    };
    if !line.is_answered {
        return Err(Hinted::error(
            format!(
                "CloudFront does not answer under {} yet: shoppers would meet an error",
                line.domain
            ),
            "`cdn-cli certs list` tells whether its certificate is there; deploy with it first",
        ));
    }
    Ok(target.clone())
}

fn refused(refusal: Refusal, domain: &str) -> anyhow::Error {
    match refusal {
        Refusal::NothingBefore => Hinted::error(
            format!("there is nothing at {domain} that could keep a part of the traffic"),
            "leave out --weight",
        ),
        Refusal::RoutedByOthers => Hinted::error(
            format!("the records of {domain} hang on a routing policy or a health check"),
            "make them simple records first, or change them by hand: `cdn-cli dns plan` tells the target",
        ),
    }
}

/// Shows what changes: as data in JSON, else to people.
pub(crate) fn show(steps: &[Step], json: bool, io: &mut Io<'_>) -> anyhow::Result<()> {
    if json {
        return Ok(io.stdout.line(serde_json::to_string_pretty(steps)?)?);
    }
    for step in steps {
        io.stderr.line(&step.domain)?;
        for record in &step.batch.delete {
            io.stderr.line(format_args!("  - {record}"))?;
        }
        for record in &step.batch.create {
            io.stderr.line(format_args!("  + {record}"))?;
        }
    }
    Ok(())
}

/// Keeps what was there, changes it, and waits until Route 53's servers know; Cloudflare's do at once.
pub(crate) async fn write(
    session: &Session,
    steps: &[Step],
    is_back: bool,
    io: &mut Io<'_>,
) -> anyhow::Result<()> {
    session.store.create().await?;
    let mut zones = WrittenZones::new(session);
    let progress = Progress::of(steps.len(), "domains", io.stderr.is_terminal);
    let mut changes = Vec::new();
    for step in steps {
        if let Some(kept) = &step.keep {
            session.store.write(&key(&step.domain), kept, Condition::Always).await?;
        }
        changes.extend(zones.change(&step.zone, &step.batch).await?);
        if is_back {
            session.store.remove(&key(&step.domain)).await?;
        }
        progress.step();
    }
    drop(progress);
    let poll = if session.aws.is_elsewhere() { POLL_ELSEWHERE } else { POLL };
    for _ in 0..LOOKS {
        match changes.last() {
            None => break,
            Some(change) if zones.is_known(change).await? => drop(changes.pop()),
            Some(_) => tokio::time::sleep(poll).await,
        }
    }
    let done = count(steps.len(), "domain");
    let still = if changes.is_empty() { "" } else { "; Route 53's servers are still being told" };
    Ok(io.stderr.line(format_args!("Done: {done} changed{still}."))?)
}

/// The document of what was there before.
fn key(domain: &str) -> String {
    format!("dns/{domain}.json")
}
