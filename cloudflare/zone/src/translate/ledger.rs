//! The book of verdicts: one entry for each thing that was read.

use cloudflare_rules::{Request, Truth};

use super::Requests;
use crate::feature::{Feature, feature};
use crate::phase::Phase;
use crate::verdict::{Finding, Outcome};
use crate::zone::{Place, Rule, Thing, Zone};

/// Something that needs a verdict.
#[derive(Clone, Debug)]
pub(super) struct Item {
    pub(super) zone: String,
    pub(super) feature: &'static Feature,
    pub(super) id: String,
    pub(super) label: String,
    pub(super) place: Place,
    /// Part of the traffic.
    pub(super) share: Share,
}

/// Which requests something is about.
#[derive(Clone, Debug)]
pub(super) enum Share {
    /// It is not about requests.
    None,
    /// Those that meet a filter.
    Filter(Box<cloudflare_rules::Expression>),
}

/// Entries in the order in which they came.
pub(super) struct Ledger<'r> {
    requests: &'r Requests,
    entries: Vec<(Item, Outcome)>,
}

impl<'r> Ledger<'r> {
    pub(super) fn new(requests: &'r Requests) -> Self {
        Self { requests, entries: Vec::new() }
    }

    /// The number of the entry that is added next.
    pub(super) fn next(&self) -> usize {
        self.entries.len()
    }

    /// Adds an entry.
    pub(super) fn add(&mut self, item: Item, outcome: Outcome) {
        self.entries.push((item, outcome));
    }

    /// The outcome of an entry, to add to it.
    pub(super) fn outcome(&mut self, number: usize) -> Option<&mut Outcome> {
        self.entries.get_mut(number).map(|(_, outcome)| outcome)
    }

    /// The verdicts.
    pub(super) fn findings(self) -> Vec<Finding> {
        let requests = self.requests;
        let total: u64 = requests.values().sum();
        let findings = self.entries.into_iter().map(|(item, outcome)| {
            let share = (total > 0).then(|| share(&item.share, requests, total)).flatten();
            let Item { zone, feature, id, label, place, .. } = item;
            Finding { zone, feature, id, label, place, verdict: outcome.verdict(), share }
        });
        findings.collect()
    }
}

/// The part of all requests, 0 to 1.
fn share(share: &Share, requests: &Requests, total: u64) -> Option<f64> {
    let Share::Filter(filter) = share else { return None };
    let met = requests.iter().filter(|(url, _)| filter.matches(&Request::get(url)) == Truth::True);
    let met: u64 = met.map(|(_, count)| count).sum();
    Some(met as f64 / total as f64)
}

impl Item {
    /// A rule of a zone.
    pub(super) fn of_rule(zone: &Zone, phase: Phase, rule: &Rule) -> Self {
        Self { zone: zone.name.clone(), ..Self::of_account_rule(phase, rule) }
    }

    /// A rule of an account.
    pub(super) fn of_account_rule(phase: Phase, rule: &Rule) -> Self {
        let label = match rule.description.as_str() {
            "" => rule.filter.text.clone(),
            description => format!("{description}: {}", rule.filter.text),
        };
        let share = match &rule.filter.tree {
            Ok(tree) if rule.is_enabled => Share::Filter(Box::new(tree.clone())),
            _ => Share::None,
        };
        Self {
            zone: String::new(),
            feature: feature(&format!("phase {}", phase.name())),
            id: rule.id.clone(),
            label,
            place: rule.place.clone(),
            share,
        }
    }

    /// Something without a type of its own.
    pub(super) fn of_thing(zone: &str, key: &str, thing: &Thing, label: impl Into<String>) -> Self {
        Self {
            zone: zone.to_owned(),
            feature: feature(key),
            id: thing.id.clone(),
            label: label.into(),
            place: thing.place.clone(),
            share: Share::None,
        }
    }
}
