//! What the domains of sites want of DNS, and what is there.

use fleet::Site;
use fleet::delivery::{Certificate, DnsHost};
use futures_util::{StreamExt as _, stream};
use serde::Serialize;
use serde_json::Value;

use crate::aws::HostedZone;
use crate::commands::operate::session::Session;
use crate::commands::operate::world::{World, is_at_cloudflare, is_in_route_53, is_the_stacks};
use crate::cutover::caa::lets_amazon;
use crate::cutover::records::RecordSet;
use crate::cutover::verdict::{Verdict, verdict};
use crate::cutover::wanted::{Host, records};
use crate::deploy::purge::Purge;
use crate::plan::Deployed;

/// Domains that are asked for at once.
const AT_ONCE: usize = 8;
/// Seconds that a record may be kept right before a cut-over: who has the old one keeps it so long.
const SHORT_TTL: u32 = 300;

/// A domain.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Line {
    /// Its site.
    pub(crate) site: String,
    /// The domain.
    pub(crate) domain: String,
    /// Who writes its records.
    pub(crate) owner: Owner,
    /// The hosted zone, where it is in one of the account's.
    pub(crate) zone: Option<HostedZone>,
    /// Whether it is the name of its zone.
    pub(crate) is_apex: bool,
    /// Where it is to lead; `None` while the site is not deployed.
    pub(crate) target: Option<String>,
    /// What is to be there.
    pub(crate) wanted: Vec<RecordSet>,
    /// What is there; `None` where nobody answered.
    pub(crate) now: Option<Vec<RecordSet>>,
    /// What has to be done.
    pub(crate) verdict: Verdict,
    /// What to know before.
    pub(crate) notes: Vec<String>,
    /// Whether what is deployed answers under the domain.
    pub(crate) is_answered: bool,
}

impl Line {
    /// Who answers for the zone, where it is one that is written.
    pub(crate) fn host(&self) -> Option<DnsHost> {
        self.zone.as_ref().map(|zone| zone.host)
    }
}

/// Who writes the records of a domain.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Owner {
    /// The site's stack.
    Stack,
    /// `cdn-cli dns apply`.
    CdnCli,
    /// A person, at another host.
    Operator,
}

/// Looks at every domain of the sites.
pub(crate) async fn survey(session: &Session, world: &World, sites: &[&Site]) -> Vec<Line> {
    let domains: Vec<(&Site, &String)> =
        sites.iter().flat_map(|site| site.domains.iter().map(|domain| (*site, domain))).collect();
    stream::iter(domains)
        .map(|(site, domain)| line(session, world, site, domain))
        .buffered(AT_ONCE)
        .collect()
        .await
}

async fn line(session: &Session, world: &World, site: &Site, domain: &str) -> Line {
    let stack = session.deployed(&site.name);
    let zone = world.zone(site).cloned();
    let is_apex = world.is_apex(site, domain).await;
    let host = match (zone.as_ref().map(|zone| zone.host), is_apex) {
        // It answers with addresses at the apex, where a CNAME may stand then.
        (Some(DnsHost::Cloudflare), _) | (None, false) => Host::Elsewhere,
        (Some(_), _) => Host::Route53,
        (None, true) => Host::ElsewhereAtTheApex,
    };
    let target = stack.and_then(|stack| session.endpoint(site, stack));
    let wanted = match &target {
        Some(target) => records(domain, host, target, site.delivery.ipv6),
        None => Vec::new(),
    };
    let now = world.addresses(site, domain).await;
    let addresses = match (&target, host) {
        (Some(target), Host::Elsewhere | Host::ElsewhereAtTheApex) => {
            world.addresses_of(target).await
        }
        _ => Vec::new(),
    };
    let owner = match &zone {
        Some(_) if is_the_stacks(site) => Owner::Stack,
        Some(_) => Owner::CdnCli,
        None => Owner::Operator,
    };
    let mut line = Line {
        site: site.name.clone(),
        domain: domain.to_owned(),
        owner,
        zone,
        is_apex,
        verdict: verdict(&wanted, now.as_deref(), &addresses),
        is_answered: stack.is_some_and(|stack| answers(stack, domain)),
        target,
        wanted,
        now,
        notes: Vec::new(),
    };
    if is_in_the_stacks_way(&line, site) {
        line.verdict = Verdict::Conflict;
    }
    line.notes = notes(session, world, site, &line).await;
    line
}

/// Whether a stack's distribution or tenant has the domain.
fn answers(stack: &Deployed, domain: &str) -> bool {
    let resources = stack.template["Resources"].as_object().into_iter().flatten();
    let names = resources.flat_map(|(_, resource)| {
        let properties = &resource["Properties"];
        let lists = [&properties["DistributionConfig"]["Aliases"], &properties["Domains"]];
        lists.into_iter().filter_map(Value::as_array).flatten()
    });
    names.filter_map(Value::as_str).any(|name| name == domain)
}

/// Whether records are there that the stack is to make: CloudFormation takes none over.
fn is_in_the_stacks_way(line: &Line, site: &Site) -> bool {
    let has_some = line.now.as_ref().is_some_and(|now| !now.is_empty());
    let makes_some = site.delivery.certificate != Certificate::None;
    line.owner == Owner::Stack && makes_some && has_some && line.target.is_none()
}

async fn notes(session: &Session, world: &World, site: &Site, line: &Line) -> Vec<String> {
    let mut notes = Vec::new();
    if is_at_cloudflare(site) && line.zone.is_none() {
        notes.push("CLOUDFLARE_API_TOKEN has no token that sees the zone".to_owned());
    }
    if is_in_route_53(site) && line.zone.is_none() {
        let zone = site.delivery.zone.as_ref().map_or("", |zone| zone.name.as_str());
        notes.push(format!("the account has not exactly one public zone {zone} in Route 53"));
    }
    if is_in_the_stacks_way(line, site) {
        notes.push(
            "the stack cannot take over records that are there: leave `id` out of `zone`, and \
             `cdn-cli dns apply` writes them"
                .to_owned(),
        );
    }
    if line.owner == Owner::Operator && line.is_apex && line.verdict != Verdict::Right {
        notes.push("the name of the zone: an ALIAS, ANAME or flattened CNAME".to_owned());
    }
    if line.target.is_some() && !line.is_answered {
        notes.push(
            "CloudFront does not answer under it yet: the site needs a certificate, and a deploy"
                .to_owned(),
        );
    }
    notes.extend(slow(line));
    notes.extend(forbidden(world, site, &line.domain).await);
    notes.extend(claimed(session, line).await);
    notes
}

/// A record that is to change and that resolvers keep for long.
fn slow(line: &Line) -> Option<String> {
    let now = line.now.as_deref().filter(|_| line.verdict == Verdict::Change)?;
    let ttl = now.iter().filter_map(RecordSet::kept).max().filter(|ttl| *ttl > SHORT_TTL)?;
    Some(format!(
        "resolvers keep what is there for {ttl} s: lower its TTL to {SHORT_TTL}, and wait as long, \
         before the cut-over"
    ))
}

/// A word of the zone that Amazon may not issue certificates.
async fn forbidden(world: &World, site: &Site, domain: &str) -> Option<String> {
    if site.delivery.certificate != Certificate::Requested {
        return None;
    }
    let caa = world.caa(site, domain).await?;
    let is_allowed = lets_amazon(&caa, domain.starts_with("*."));
    (!is_allowed).then(|| {
        format!("CAA keeps Amazon from issuing ({}): add 0 issue \"amazon.com\"", caa.join(", "))
    })
}

/// Others at CloudFront that have the domain.
async fn claimed(session: &Session, line: &Line) -> Option<String> {
    let stack = session.deployed(&line.site)?;
    let own = Purge::of(stack, Vec::new()).ok()?.target;
    match session.aws.claims().others(&line.domain, &own).await {
        Ok(others) if others.is_empty() => None,
        Ok(others) => Some(format!("CloudFront has it elsewhere too: {}", others.join(", "))),
        Err(error) => Some(format!("whether others have it was not checked: {error:#}")),
    }
}
