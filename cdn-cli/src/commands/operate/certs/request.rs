//! `cdn-cli certs request`: certificates for sites that have none, and the records that prove the
//! domains.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use fleet::Site;

use super::print::print;
use super::proof::{Proof, State, proofs};
use super::survey::{Found, Source, describe, survey};
use crate::aws::{Detail, HostedZone};
use crate::cli::CertsRequestArgs;
use crate::commands::consent::asked;
use crate::commands::operate::session::Session;
use crate::commands::operate::world::World;
use crate::commands::operate::zones::WrittenZones;
use crate::cutover::certificate::advice;
use crate::cutover::shift::Batch;
use crate::exit::ExitStatus;
use crate::hints::Hinted;
use crate::plan::{FLEET_TAG, SITE_TAG, count};
use crate::printer::{Io, wrap};
use crate::progress::Progress;

/// Time between two looks at certificates; ACM takes minutes from the record to the issue.
const POLL: Duration = Duration::from_secs(10);
/// The same for another AWS than AWS's own.
const POLL_ELSEWHERE: Duration = Duration::from_millis(50);
/// Looks until ACM knows the records of a request; it takes seconds.
const LOOKS: usize = 12;

/// Requests certificates.
pub(crate) async fn run(args: &CertsRequestArgs, io: &mut Io<'_>) -> anyhow::Result<ExitStatus> {
    let session = Session::open(&args.fleet).await?;
    let found = survey(&session, &session.sites(&args.sites)?).await?;
    let wanting: Vec<&Found<'_>> = found.iter().filter(|found| is_wanting(found)).collect();
    for text in found.iter().filter_map(passed_over) {
        for line in wrap(&text, crate::cli::WIDTH) {
            io.stderr.line(line)?;
        }
    }
    for found in &wanting {
        let domains = found.site.domains.join(", ");
        io.stderr.line(format_args!("  + {}: {domains}", found.site.name))?;
    }
    let number = count(wanting.len(), "certificate");
    let question = format!("Request {number} in account {}?", session.snapshot.account);
    if !wanting.is_empty() && !asked(&question, args.yes, io)? {
        io.stderr.line("Nothing was requested.")?;
        return Ok(ExitStatus::No);
    }
    let arns = request(&session, &found, &wanting).await?;
    let details = with_records(&session, &arns).await?;
    let sites: Vec<&Site> = arns.keys().filter_map(|name| session.fleet.site(name)).collect();
    let world = World::look(&session, &sites, args.resolver.resolver).await?;
    let mut all = Vec::new();
    for site in sites {
        all.extend(proofs(&world, site, &details[&arns[&site.name]]).await);
    }
    let has_written = write(&session, &mut all, args.yes, io).await?;
    print(&all, args.form.chosen(), io)?;
    if !has_written {
        return Ok(ExitStatus::No);
    }
    remind(&all, io)?;
    if args.wait {
        wait(&session, &arns, io).await?;
        io.stderr.line("All are issued: `cdn-cli deploy` takes them.")?;
    } else {
        io.stderr.line(
            "`cdn-cli certs list` tells when they are issued; `cdn-cli deploy` takes them then.",
        )?;
    }
    Ok(ExitStatus::Done)
}

/// Whether a certificate has to be requested: there is none that is of use, now or soon.
fn is_wanting(found: &Found<'_>) -> bool {
    let is_of_use = |detail: &Detail| {
        let it = &detail.certificate;
        (it.is_issued() || it.is_pending()) && it.uncovered(&found.site.domains).is_empty()
    };
    matches!(found.source, Source::Acm | Source::Deployed)
        && !found.detail.as_ref().is_some_and(is_of_use)
}

/// Why nothing is requested for a site; `None` where it has what it needs.
fn passed_over(found: &Found<'_>) -> Option<String> {
    let name = &found.site.name;
    match found.source {
        Source::Stack => {
            Some(format!("{name}: its stack requests the certificate (`cdn-cli deploy`)"))
        }
        Source::FleetFile => Some(format!("{name}: the fleet file names its certificate")),
        Source::NotWanted => Some(format!(
            "{name}: the fleet file wants none; say certificate = \"request\" to have one"
        )),
        Source::Acm | Source::Deployed => {
            let detail = found.detail.as_ref().filter(|_| !is_wanting(found))?;
            let certificate = &detail.certificate;
            Some(format!("{name}: there is one, {}: {}", certificate.status, certificate.arn))
        }
    }
}

/// The ARNs of what is there and of what is requested, by the sites that go without or wait.
async fn request(
    session: &Session,
    found: &[Found<'_>],
    wanting: &[&Found<'_>],
) -> anyhow::Result<BTreeMap<String, String>> {
    let certificates = session.aws.certificates();
    let mut arns = BTreeMap::new();
    for found in found.iter().filter(|found| matches!(found.source, Source::Acm | Source::Deployed))
    {
        if let Some(detail) = &found.detail {
            arns.insert(found.site.name.clone(), detail.certificate.arn.clone());
        }
    }
    for found in wanting {
        let site = found.site;
        let failed = found.detail.as_ref().map(|detail| detail.certificate.arn.as_str());
        let tags = tags(session, site);
        let arn = certificates.request(&site.domains, &tags, failed).await?;
        arns.insert(site.name.clone(), arn);
    }
    Ok(arns)
}

/// The tags that the site's stack has too.
fn tags(session: &Session, site: &Site) -> BTreeMap<String, String> {
    let mut tags = site.delivery.tags.clone();
    tags.insert(FLEET_TAG.to_owned(), session.fleet.settings.name.clone());
    tags.insert(SITE_TAG.to_owned(), site.name.clone());
    tags
}

fn poll(session: &Session) -> Duration {
    if session.aws.is_elsewhere() { POLL_ELSEWHERE } else { POLL }
}

/// All about the certificates, once ACM knows the records of each.
async fn with_records(
    session: &Session,
    arns: &BTreeMap<String, String>,
) -> anyhow::Result<BTreeMap<String, Detail>> {
    let wanted: BTreeSet<String> = arns.values().cloned().collect();
    let has_all = |detail: &Detail| {
        !detail.certificate.is_pending()
            || (!detail.validations.is_empty()
                && detail.validations.iter().all(|it| it.record.is_some()))
    };
    for _ in 0..LOOKS {
        let details = describe(session, wanted.clone()).await?;
        if details.values().all(has_all) {
            return Ok(details);
        }
        tokio::time::sleep(poll(session)).await;
    }
    Err(Hinted::error(
        "ACM does not tell the records yet",
        "they come within minutes: `cdn-cli certs records` prints them, and the same command goes on",
    ))
}

/// Writes into DNS what is not there; whether that was agreed to.
async fn write(
    session: &Session,
    proofs: &mut [Proof],
    yes: bool,
    io: &mut Io<'_>,
) -> anyhow::Result<bool> {
    let mut by_zone: BTreeMap<HostedZone, Batch> = BTreeMap::new();
    for proof in proofs.iter().filter(|proof| proof.state != State::Present) {
        let Some(zone) = &proof.zone else { continue };
        io.stderr.line(format_args!("  + {} {}", proof.record.name, proof.record))?;
        let records = &mut by_zone.entry(zone.clone()).or_default().create;
        if !records.contains(&proof.record) {
            records.push(proof.record.clone());
        }
    }
    let number: usize = by_zone.values().map(|batch| batch.create.len()).sum();
    if number == 0 {
        return Ok(true);
    }
    let question = format!("Write {} into DNS?", count(number, "record"));
    if !asked(&question, yes, io)? {
        io.stderr.line("No record was written.")?;
        return Ok(false);
    }
    let mut zones = WrittenZones::new(session);
    for (zone, batch) in &by_zone {
        zones.change(zone, batch).await?;
    }
    for proof in proofs.iter_mut().filter(|proof| proof.zone.is_some()) {
        proof.state = State::Present;
    }
    Ok(true)
}

/// Looks until all of them are issued.
///
/// # Errors
/// Where one of them fails, with ACM's reason.
async fn wait(
    session: &Session,
    arns: &BTreeMap<String, String>,
    io: &mut Io<'_>,
) -> anyhow::Result<()> {
    let mut left: BTreeSet<String> = arns.values().cloned().collect();
    io.stderr.line(format_args!("Waiting for {}.", count(left.len(), "certificate")))?;
    let progress = Progress::of(left.len(), "certificates", io.stderr.is_terminal);
    loop {
        for (arn, detail) in describe(session, left.clone()).await? {
            if detail.certificate.is_issued() {
                left.remove(&arn);
                progress.step();
            } else if !detail.certificate.is_pending() {
                return Err(failed(&detail));
            }
        }
        if left.is_empty() {
            return Ok(());
        }
        tokio::time::sleep(poll(session)).await;
    }
}

fn failed(detail: &Detail) -> anyhow::Error {
    let reason = detail.failure.as_deref().unwrap_or("no reason was given");
    let names = detail.certificate.names.join(", ");
    let status = &detail.certificate.status;
    Hinted::error(format!("the certificate for {names} is {status}: {reason}"), advice(reason))
}

/// Says what is left to a person.
fn remind(proofs: &[Proof], io: &mut Io<'_>) -> anyhow::Result<()> {
    let is_outside = |proof: &&Proof| proof.zone.is_none() && proof.state != State::Present;
    let outside = proofs.iter().filter(is_outside).count();
    if outside > 0 {
        let records = count(outside, "record");
        io.stderr
            .line(format_args!("Put {records} into DNS: `cdn-cli certs records` tells which."))?;
    }
    Ok(())
}
