//! Zones become sites: the spine is [`translate`].

mod behaviors;
mod bulk;
mod caching;
mod config;
mod dns;
mod draft;
mod firewall;
mod headers;
mod hosts;
mod ledger;
mod managed;
mod origins;
mod page_rules;
mod rates;
mod redirects;
mod rewrites;
mod rewritten_paths;
mod settings;
mod shape;
mod template;
mod things;

use std::collections::BTreeMap;

use crate::condition::{Condition, lower};
use crate::phase::Phase;
use crate::verdict::{Finding, Outcome};
use crate::zone::{Account, Export, Rule, Unread, Zone};
pub use dns::RecordChange;
use draft::Draft;
pub use draft::Site;
use ledger::{Item, Ledger};

/// What came of zones.
#[derive(Clone, Debug)]
pub struct Import {
    /// The sites of the fleet file.
    pub sites: Vec<Site>,
    /// Every rule and every setting with its verdict, zone by zone.
    pub findings: Vec<Finding>,
    /// Changes of records at Route 53, by zone: those that Cloudflare does not stand before, and
    /// those that origins need.
    pub records: BTreeMap<String, Vec<RecordChange>>,
    /// What was not read, and why.
    pub unread: Vec<Unread>,
}

/// Requests of the zones' own traffic, by URL.
pub type Requests = BTreeMap<String, u64>;

/// Translates zones. `requests` say which part of the traffic a verdict is about; there need be none.
pub fn translate(export: &Export, requests: &Requests) -> Import {
    let mut import = Import {
        sites: Vec::new(),
        findings: Vec::new(),
        records: BTreeMap::new(),
        unread: export.unread.clone(),
    };
    let mut drafts = Vec::new();
    let mut ledger = Ledger::new(requests);
    let mut forwards = Vec::new();
    for zone in &export.zones {
        let mut own = hosts::plan(zone, &export.account, &drafts, &mut import.unread);
        things::add_failover(zone, &export.account, &mut own);
        let first = rules(zone, &export.account, &mut own, &mut ledger);
        forwards.push((zone, first, drafts.len()..drafts.len() + own.len()));
        import.records.insert(zone.name.clone(), dns::changes(zone, &own));
        drafts.append(&mut own);
    }
    account(&export.account, &mut drafts, &mut ledger);
    for (zone, first, own) in forwards {
        if let Some(own) = drafts.get_mut(own) {
            page_rules::forwards(zone, first, own, &mut ledger);
        }
    }
    for draft in &mut drafts {
        behaviors::build(draft, &mut ledger);
    }
    import.findings = ledger.findings();
    import.sites = drafts.into_iter().map(Draft::site).collect();
    import
}

/// Everything of one zone, each thing once, in Cloudflare's order: what comes first outranks what
/// comes later where only one can be, as redirects of a path. Gives the first entry of page rules.
fn rules(zone: &Zone, account: &Account, drafts: &mut [Draft], ledger: &mut Ledger<'_>) -> usize {
    dns::records(zone, drafts, ledger);
    settings::settings(zone, drafts, ledger);
    managed::defaults(zone, drafts, ledger);
    managed::order(zone, drafts, ledger);
    things::access_rules(zone, drafts, ledger);
    let first = ledger.next();
    page_rules::page_rules(zone, drafts, ledger);
    let mut skips = firewall::Skips::default();
    let is_open = page_rules::is_open(zone);
    for phase in Phase::ALL {
        for rule in zone.rules(phase) {
            let item = Item::of_rule(zone, phase, rule);
            let mut outcome = one(phase, rule, account, drafts, &mut skips, ledger.next());
            if is_open && outcome.is_translated() && asks_for_scheme(&rule.filter.text) {
                outcome.change(page_rules::HOLDS_FOR_HTTP);
            }
            ledger.add(item, outcome);
        }
    }
    things::things(zone, drafts, ledger);
    first
}

/// What becomes of a rule; `number` is its place in the ledger.
fn one(
    phase: Phase,
    rule: &Rule,
    account: &Account,
    drafts: &mut [Draft],
    skips: &mut firewall::Skips,
    number: usize,
) -> Outcome {
    if !rule.is_enabled {
        return Outcome::idle("it is switched off");
    }
    if let Some(outcome) = managed::plain(phase, rule) {
        return outcome;
    }
    let tree = match &rule.filter.tree {
        Ok(tree) => tree,
        Err(issue) => {
            let place = issue.span.start;
            return Outcome::manual(format!("its expression cannot be read: {issue} (at {place})"));
        }
    };
    if drafts.is_empty() {
        return Outcome::idle("no record of the zone is proxied: no request meets it");
    }
    let condition = lower(tree, account);
    let mut outcome = Outcome::default();
    let mut is_met = false;
    for draft in drafts.iter_mut() {
        let condition = condition.on_host(draft.host());
        if condition == Condition::Never {
            continue;
        }
        is_met = true;
        let rule = draft::Applied { rule, condition, number };
        outcome.join(match phase {
            Phase::HttpRequestDynamicRedirect => redirects::single(&rule, draft),
            Phase::HttpRequestTransform => rewrites::rule(&rule, draft),
            Phase::HttpConfigSettings => config::rule(&rule, draft),
            Phase::HttpRequestOrigin => origins::rule(&rule, draft),
            Phase::HttpRequestFirewallCustom => firewall::rule(&rule, draft, skips),
            Phase::HttpRatelimit => rates::rule(&rule, draft, skips),
            Phase::HttpRequestFirewallManaged => managed::firewall(&rule, draft),
            Phase::HttpRequestLateTransform => headers::of_requests(&rule, draft),
            Phase::HttpRequestCacheSettings => caching::rule(&rule, draft),
            Phase::HttpResponseHeadersTransform => headers::of_answers(&rule, draft),
            Phase::HttpResponseCompression => managed::compression(&rule, draft),
            Phase::HttpCustomErrors => managed::errors(&rule, draft),
            Phase::HttpRequestRedirect => Outcome::idle("the account's lists say where it leads"),
            _ => Outcome::manual(crate::feature::feature(&format!("phase {}", phase.name())).how),
        });
    }
    if !is_met {
        let hosts: Vec<_> = drafts.iter().map(Draft::host).collect();
        let what = format!("no request of {} over HTTPS meets it", hosts.join(", "));
        return Outcome::idle(what);
    }
    outcome
}

/// Whether an expression hangs on the scheme: the site is that of HTTPS.
fn asks_for_scheme(text: &str) -> bool {
    let is_word = |word: &str| {
        text.split(|c: char| !(c.is_alphanumeric() || "._".contains(c))).any(|it| it == word)
    };
    is_word("ssl") || text.contains("\"https://")
}

/// What zones share.
fn account(account: &Account, drafts: &mut [Draft], ledger: &mut Ledger<'_>) {
    for (phase, rules) in &account.phases {
        for rule in rules {
            let item = Item::of_account_rule(*phase, rule);
            ledger.add(item, bulk::rule(*phase, rule, account));
        }
    }
    for list in &account.lists {
        bulk::list(list, account, drafts, ledger);
    }
    things::of_account(account, drafts, ledger);
}
