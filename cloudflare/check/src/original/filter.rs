//! Rules that are in force, with their filters.

use std::collections::{BTreeMap, BTreeSet};
use std::net::IpAddr;

use cloudflare_rules::{Expression, List as Listed, Request, Truth};
use cloudflare_zone::{Account, Phase, Rule};
use ipnet::IpNet;

use super::Stage;

/// A rule that is in force and was understood.
pub(super) struct Filtered<'e> {
    pub(super) rule: &'e Rule,
    tree: &'e Expression,
}

impl<'e> Filtered<'e> {
    pub(super) fn new(rule: &'e Rule) -> Option<Self> {
        let tree = rule.filter.tree.as_ref().ok()?;
        rule.is_enabled.then_some(Self { rule, tree })
    }

    /// Whether it matches. What hangs on something that nobody can know here is taken not to be so:
    /// scores of bots, and the like.
    pub(super) fn matches(&self, request: &Request) -> bool {
        self.tree.matches(request) == Truth::True
    }

    /// Whether it matches, or may.
    pub(super) fn may_match(&self, request: &Request) -> bool {
        self.tree.matches(request) != Truth::False
    }
}

/// What rules of a phase are about; `None` where nothing that is compared hangs on them.
pub(super) fn stage(phase: Phase) -> Option<Stage> {
    Some(match phase {
        Phase::HttpRequestDynamicRedirect | Phase::HttpRequestRedirect => Stage::Redirect,
        Phase::HttpRequestTransform => Stage::Rewrite,
        Phase::HttpRequestOrigin | Phase::HttpRequestCloudConnector => Stage::Origin,
        Phase::HttpRequestFirewallCustom => Stage::Refusal,
        Phase::HttpRequestLateTransform => Stage::RequestHeaders,
        Phase::HttpRequestCacheSettings => Stage::Caching,
        Phase::HttpResponseHeadersTransform => Stage::ResponseHeaders,
        _ => return None,
    })
}

/// The lists of an account that filters refer to.
pub(super) fn lists(account: &Account) -> BTreeMap<String, Listed> {
    let lists = account.lists.iter().filter_map(|list| {
        let texts = |pointer: &str| -> BTreeSet<String> {
            let items = list.items.iter();
            items
                .filter_map(|(item, _)| Some(item.pointer(pointer)?.as_str()?.to_owned()))
                .collect()
        };
        let listed = match list.kind.as_str() {
            "ip" => Listed::Addresses(texts("/ip").iter().filter_map(|it| network(it)).collect()),
            "hostname" => Listed::Hosts(texts("/hostname/url_hostname")),
            "asn" => {
                let items = list.items.iter();
                Listed::Integers(items.filter_map(|(item, _)| item.get("asn")?.as_i64()).collect())
            }
            _ => return None,
        };
        Some((list.name.clone(), listed))
    });
    lists.collect()
}

/// An address or a network.
pub(super) fn network(text: &str) -> Option<IpNet> {
    let network = text.parse::<IpNet>().ok();
    network.or_else(|| text.parse::<IpAddr>().ok().map(IpNet::from))
}
