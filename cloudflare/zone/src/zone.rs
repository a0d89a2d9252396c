//! What was read: zones and what their account shares, as typed values in Cloudflare's order.

use std::collections::BTreeMap;

use cloudflare_rules::{Expression, Issue, parse};
use serde_json::{Map, Value};

use crate::action::Action;
use crate::phase::Phase;

/// Everything that the saved answers hold.
#[derive(Clone, Debug, Default)]
pub struct Export {
    /// By name.
    pub zones: Vec<Zone>,
    /// What zones share.
    pub account: Account,
    /// What could not be read, or is not there.
    pub unread: Vec<Unread>,
}

/// Where something stands in the saved answers.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place {
    /// The file, as it was named to the reader.
    pub file: String,
    /// A JSON pointer into it, `/result/0/rules/3`.
    pub pointer: String,
}

/// A part of the answers that is not imported because it was not understood or is not there.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Unread {
    /// Where it stands, or should.
    pub place: Place,
    /// Why it was not read.
    pub why: String,
}

/// A zone.
#[derive(Clone, Debug, Default)]
pub struct Zone {
    /// 32 hexadecimal digits; empty where no answer says it.
    pub id: String,
    /// `shop.example`.
    pub name: String,
    /// Zone settings, by id.
    pub settings: Vec<Thing>,
    /// DNS records.
    pub records: Vec<Record>,
    /// Page rules, the one of the highest priority first.
    pub page_rules: Vec<PageRule>,
    /// Rules by phase, each list in the order in which Cloudflare tries them.
    pub phases: BTreeMap<Phase, Vec<Rule>>,
    /// Load balancers, by host name.
    pub load_balancers: Vec<Thing>,
    /// Everything else: Workers routes, access rules and what else the API tells of a zone.
    pub others: Vec<Thing>,
}

/// What zones share.
#[derive(Clone, Debug, Default)]
pub struct Account {
    /// Lists, with their items.
    pub lists: Vec<List>,
    /// Rules of the account by phase.
    pub phases: BTreeMap<Phase, Vec<Rule>>,
    /// Pools of load balancers, their monitors, and what else the API tells of an account.
    pub others: Vec<Thing>,
}

/// Something that the API has, of a kind that has no type of its own here.
#[derive(Clone, Debug, PartialEq)]
pub struct Thing {
    /// What it is.
    pub kind: Kind,
    /// Its id, name or pattern.
    pub id: String,
    /// As the API has it.
    pub value: Value,
    /// Where it stands.
    pub place: Place,
}

/// What a [`Thing`] is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    /// A zone setting, `{id, value}`.
    Setting,
    /// A load balancer of a zone.
    LoadBalancer,
    /// A pool of an account.
    Pool,
    /// A monitor of an account.
    Monitor,
    /// A route of Workers.
    WorkerRoute,
    /// An IP access rule.
    AccessRule,
    /// A zone lockdown.
    Lockdown,
    /// A rule about user agents.
    UserAgentRule,
    /// A rate limit of the old kind.
    LegacyRateLimit,
    /// A firewall rule of the old kind.
    LegacyFirewallRule,
    /// A managed transform.
    ManagedTransform,
    /// A custom page of errors and challenges.
    CustomPage,
    /// A custom hostname of `SSL for SaaS`.
    CustomHostname,
    /// A certificate pack.
    CertificatePack,
    /// A waiting room.
    WaitingRoom,
    /// A policy of Page Shield.
    PageShieldPolicy,
    /// A snippet of JavaScript.
    Snippet,
    /// A rule that says where a snippet runs.
    SnippetRule,
    /// How URLs are normalized.
    UrlNormalization,
}

/// A DNS record.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Record {
    /// The id of the API.
    pub id: String,
    /// `www.shop.example`, in lower case.
    pub name: String,
    /// `A`, `CNAME`.
    pub kind: String,
    /// What it says, in the notation of zone files.
    pub content: String,
    /// Whether requests go through Cloudflare.
    pub is_proxied: bool,
    /// Seconds; 1 is Cloudflare's choice.
    pub ttl: u64,
    /// Where it stands.
    pub place: Place,
}

/// A page rule.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct PageRule {
    /// The id of the API.
    pub id: String,
    /// The URL with wildcards.
    pub pattern: String,
    /// Ids of actions with their values, in the order of the file.
    pub actions: Vec<(String, Value)>,
    /// Whether it is in force.
    pub is_active: bool,
    /// The higher the earlier.
    pub priority: i64,
    /// Where it stands.
    pub place: Place,
}

/// A rule of a ruleset.
#[derive(Clone, Debug, PartialEq)]
pub struct Rule {
    /// The id of the API.
    pub id: String,
    /// What people wrote about it.
    pub description: String,
    /// Whether it is in force.
    pub is_enabled: bool,
    /// The filter.
    pub filter: Filter,
    /// What it does.
    pub action: Action,
    /// Where it stands.
    pub place: Place,
}

/// An expression, read or not.
#[derive(Clone, Debug, PartialEq)]
pub struct Filter {
    /// As it was written.
    pub text: String,
    /// The tree, or what stopped the parser.
    pub tree: Result<Expression, Issue>,
}

/// A list of an account.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct List {
    /// The id of the API; empty where no answer says it.
    pub id: String,
    /// The name that `$name` refers to; empty where no answer says it.
    pub name: String,
    /// `redirect`, `ip`, `hostname`, `asn`.
    pub kind: String,
    /// Its items, as the API has them, each with its place.
    pub items: Vec<(Value, Place)>,
}

impl Filter {
    /// Reads an expression; the empty one is every request.
    pub fn new(text: &str) -> Self {
        let tree = if text.trim().is_empty() { parse("true") } else { parse(text) };
        Self { text: text.to_owned(), tree }
    }
}

impl Zone {
    /// The value of a setting.
    pub fn setting(&self, id: &str) -> Option<&Value> {
        self.settings.iter().find(|setting| setting.id == id)?.value.get("value")
    }

    /// The rules of a phase; none where it has none.
    pub fn rules(&self, phase: Phase) -> &[Rule] {
        self.phases.get(&phase).map_or(&[], Vec::as_slice)
    }

    /// The things of a kind, in their order.
    pub fn things(&self, kind: Kind) -> impl Iterator<Item = &Thing> {
        self.others.iter().filter(move |thing| thing.kind == kind)
    }
}

impl Account {
    /// The list of a name.
    pub fn list(&self, name: &str) -> Option<&List> {
        self.lists.iter().find(|list| list.name == name)
    }
}

impl Thing {
    /// A member that is a text; empty where there is none.
    pub fn text(&self, key: &str) -> &str {
        text(&self.value, key)
    }
}

/// A member that is a text; empty where there is none.
pub(crate) fn text<'v>(value: &'v Value, key: &str) -> &'v str {
    value.get(key).and_then(Value::as_str).unwrap_or_default()
}

/// A member that is an object; an empty one where there is none.
pub(crate) fn object(value: &Value, key: &str) -> Map<String, Value> {
    value.get(key).and_then(Value::as_object).cloned().unwrap_or_default()
}

/// The texts of a member that is a list.
pub(crate) fn texts(value: &Value, key: &str) -> Vec<String> {
    let items = value.get(key).and_then(Value::as_array).into_iter().flatten();
    items.filter_map(Value::as_str).map(str::to_owned).collect()
}
