//! DNS records.

use serde::Serialize;

use super::draft::Draft;
use super::hosts::{is_domain, is_web};
use super::ledger::{Item, Ledger, Share};
use crate::feature::feature;
use crate::verdict::Outcome;
use crate::zone::{Record, Zone};

/// Seconds where Cloudflare chose.
const AUTOMATIC: u64 = 300;
/// Kinds that Route 53 has:
/// <https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/ResourceRecordTypes.html>.
const KINDS: [&str; 16] = [
    "A", "AAAA", "CAA", "CNAME", "DS", "HTTPS", "MX", "NAPTR", "NS", "PTR", "SOA", "SPF", "SRV",
    "SSHFP", "SVCB", "TLSA",
];

/// A set of records to be made at Route 53.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct RecordChange {
    /// `www.shop.example`.
    pub name: String,
    /// `A`, `CNAME`.
    pub kind: String,
    /// Seconds.
    pub ttl: u64,
    /// What they say, in the notation of zone files.
    pub values: Vec<String>,
}

/// Every record of a zone.
pub(super) fn records(zone: &Zone, drafts: &[Draft], ledger: &mut Ledger<'_>) {
    for record in &zone.records {
        let key = if record.is_proxied { "dns proxied" } else { "dns" };
        let item = Item {
            zone: zone.name.clone(),
            feature: feature(key),
            id: record.id.clone(),
            label: format!("{} {} {}", record.name, record.kind, record.content),
            place: record.place.clone(),
            share: Share::None,
        };
        let outcome = if record.is_proxied { proxied(record, drafts) } else { plain(record, zone) };
        ledger.add(item, outcome);
    }
}

fn proxied(record: &Record, drafts: &[Draft]) -> Outcome {
    let draft = drafts.iter().find(|draft| draft.hosts.contains(&record.name));
    let Some(draft) = draft.filter(|_| is_web(record)) else {
        return Outcome::manual(format!(
            "`{}` can be no domain of a site: list the hosts behind it that are in use",
            record.name
        ));
    };
    let mut outcome = Outcome::default();
    outcome.done(draft.key("domains"));
    outcome.done(draft.key("origin"));
    let origin = draft.origin.split("://").nth(1).unwrap_or_default();
    let leads = |(name, address): &(String, String)| name == origin && *address == record.content;
    if draft.origin_addresses.iter().any(leads) {
        outcome.change(format!(
            "CloudFront asks servers by name: {origin} leads to {}, and its certificate has to have that \
             name",
            record.content
        ));
    }
    outcome
}

fn plain(record: &Record, zone: &Zone) -> Outcome {
    let kind = record.kind.as_str();
    if kind == "NS" && record.name == zone.name || kind == "SOA" {
        return Outcome::idle("Route 53 has name servers of its own");
    }
    if kind != "TXT" && !KINDS.contains(&kind) {
        return Outcome::manual(format!("Route 53 has no {kind} records: keep that one elsewhere"));
    }
    let mut outcome = Outcome::default();
    outcome.done(format!("records of {}", zone.name));
    if record.ttl <= 1 {
        outcome.change(format!("{AUTOMATIC} seconds in place of Cloudflare's choice"));
    }
    let issuers = ["amazon.com", "amazontrust.com", "awstrust.com", "amazonaws.com"];
    if kind == "CAA" && !issuers.iter().any(|it| record.content.contains(it)) {
        outcome.todo("add a CAA record that lets amazon.com issue: ACM refuses a certificate else");
    }
    if kind == "CNAME" && record.name == zone.name {
        outcome.todo("a CNAME cannot stand at the apex: make it an ALIAS, or A records");
    }
    outcome
}

/// The records that Cloudflare does not stand before, and those that origins need.
pub(super) fn changes(zone: &Zone, drafts: &[Draft]) -> Vec<RecordChange> {
    let mut changes: Vec<RecordChange> = Vec::new();
    let mut add = |name: &str, kind: &str, ttl: u64, value: &str| {
        let known = changes.iter_mut().find(|it| it.name == name && it.kind == kind);
        match known {
            Some(known) if known.values.iter().any(|it| it == value) => {}
            Some(known) => known.values.push(value.to_owned()),
            None => changes.push(RecordChange {
                name: name.to_owned(),
                kind: kind.to_owned(),
                ttl,
                values: vec![value.to_owned()],
            }),
        }
    };
    for record in zone.records.iter().filter(|it| !it.is_proxied) {
        let is_known = record.kind == "TXT" || KINDS.contains(&record.kind.as_str());
        let is_own = record.name == zone.name && matches!(record.kind.as_str(), "NS" | "CNAME");
        if is_known && !is_own && record.kind != "SOA" {
            let ttl = if record.ttl <= 1 { AUTOMATIC } else { record.ttl };
            add(&record.name, &record.kind, ttl, &record.content);
        }
    }
    for (name, address) in drafts.iter().flat_map(|draft| &draft.origin_addresses) {
        let kind = if address.contains(':') { "AAAA" } else { "A" };
        if is_domain(name) {
            add(name, kind, AUTOMATIC, address);
        }
    }
    changes
}
