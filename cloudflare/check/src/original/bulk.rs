//! Bulk redirects: lists of the account, behind the firewall
//! (<https://developers.cloudflare.com/rules/url-forwarding/bulk-redirects/>).

use std::collections::HashMap;

use cloudflare_rules::Request;
use cloudflare_zone::{Account, Action, List, Phase, Place};
use serde_json::Value;

use super::filter::Filtered;
use super::{Heard, Stage};
use crate::outcome::{Outcome, absolute, with_query};

/// The lists that redirect.
pub(crate) struct Bulk<'e> {
    tables: Vec<Table<'e>>,
}

/// A list, and the rule that puts it in force, where one was read.
struct Table<'e> {
    rule: Option<Filtered<'e>>,
    /// By host, and by path.
    items: HashMap<String, HashMap<String, Item<'e>>>,
}

struct Item<'e> {
    place: &'e Place,
    target: &'e str,
    status: u16,
    /// `http` or `https`, where it is about that alone.
    scheme: Option<&'e str>,
    keeps_query: bool,
    has_subpaths: bool,
    has_subdomains: bool,
    keeps_rest: bool,
}

impl<'e> Bulk<'e> {
    pub(super) fn new(account: &'e Account) -> Self {
        let rules = account.phases.get(&Phase::HttpRequestRedirect).into_iter().flatten();
        let named = rules.filter_map(|rule| match &rule.action {
            Action::BulkRedirect { list, .. } => Some((list.as_str(), rule)),
            _ => None,
        });
        let named: Vec<_> = named.collect();
        let in_force = named.iter().filter_map(|(name, rule)| {
            let list = account.list(name)?;
            Some(Table { rule: Some(Filtered::new(rule)?), items: items(list) })
        });
        // Of a list of which no rule was read it is taken to be in force.
        let assumed = account
            .lists
            .iter()
            .filter(|list| !named.iter().any(|(name, _)| *name == list.name))
            .map(|list| Table { rule: None, items: items(list) })
            .filter(|table| !table.items.is_empty());
        Self { tables: in_force.chain(assumed).collect() }
    }

    pub(super) fn redirect(
        &'e self,
        request: &Request,
        heard: &mut Vec<Heard<'e>>,
    ) -> Option<Outcome> {
        let is_in_force = |table: &&Table<'_>| {
            // The filter looks into the list itself, which is not among those of requests.
            table.rule.as_ref().is_none_or(|rule| rule.may_match(request))
        };
        let mut found = self.tables.iter().filter(is_in_force);
        let (item, path) = found.find_map(|table| table.find(request))?;
        heard.push(Heard { place: item.place, stage: Stage::Redirect });
        let rest = &request.path[path.len()..];
        let target = if item.keeps_rest && !rest.is_empty() {
            format!("{}/{}", item.target.trim_end_matches('/'), rest.trim_start_matches('/'))
        } else {
            item.target.to_owned()
        };
        let query = if item.keeps_query { request.query.as_str() } else { "" };
        let url = absolute(&target, request.is_https, &request.host);
        Some(Outcome::Redirected { status: item.status, location: with_query(&url, query) })
    }

    pub(super) fn near(&'e self, request: &Request, heard: &mut Vec<Heard<'e>>) {
        let found = self.tables.iter().filter_map(|table| table.find(request));
        heard.extend(found.map(|(item, _)| Heard { place: item.place, stage: Stage::Redirect }));
    }
}

impl<'e> Table<'e> {
    /// The item that a request is about, with the path that it lists: the longest path counts, and
    /// of its hosts the one itself.
    fn find<'r>(&self, request: &'r Request) -> Option<(&Item<'e>, &'r str)> {
        let scheme = if request.is_https { "https" } else { "http" };
        let is_meant = |item: &&Item<'_>, host: &str, path: &str| {
            item.scheme.is_none_or(|it| it == scheme)
                && (item.has_subpaths || path.len() == request.path.len())
                && (item.has_subdomains || host.len() == request.host.len())
        };
        ancestors(&request.path).find_map(|path| {
            let dots = request.host.match_indices('.').map(|(at, _)| &request.host[at + 1..]);
            let mut hosts = std::iter::once(request.host.as_str()).chain(dots);
            hosts.find_map(|host| {
                let item = self.items.get(host)?.get(path);
                Some((item.filter(|item| is_meant(item, host, path))?, path))
            })
        })
    }
}

/// A path, and those that it is below, the longest first, with and without a slash at their end.
fn ancestors(path: &str) -> impl Iterator<Item = &str> {
    let slashes = path.rmatch_indices('/').flat_map(move |(at, _)| [&path[..=at], &path[..at]]);
    std::iter::once(path).chain(slashes.filter(move |it| !it.is_empty() && *it != path))
}

fn items(list: &List) -> HashMap<String, HashMap<String, Item<'_>>> {
    let mut items: HashMap<String, HashMap<String, Item<'_>>> = HashMap::new();
    for (value, place) in &list.items {
        let Some(redirect) = value.get("redirect") else { continue };
        let Some((host, path, item)) = item(redirect, place) else { continue };
        items.entry(host).or_default().entry(path).or_insert(item);
    }
    items
}

fn item<'e>(redirect: &'e Value, place: &'e Place) -> Option<(String, String, Item<'e>)> {
    let source = redirect.get("source_url")?.as_str()?;
    let (scheme, rest) = match source.split_once("://") {
        Some((scheme, rest)) => (Some(scheme), rest),
        None => (None, source),
    };
    let (host, path) = rest.split_at(rest.find('/').unwrap_or(rest.len()));
    let path = if path.is_empty() { "/" } else { path };
    let is = |key: &str| redirect.get(key).and_then(Value::as_bool).unwrap_or(false);
    let status = redirect.get("status_code").and_then(Value::as_u64).unwrap_or(301);
    let item = Item {
        place,
        target: redirect.get("target_url").and_then(Value::as_str).unwrap_or_default(),
        status: u16::try_from(status).unwrap_or(301),
        scheme,
        keeps_query: is("preserve_query_string"),
        has_subpaths: is("subpath_matching"),
        has_subdomains: is("include_subdomains"),
        keeps_rest: is("preserve_path_suffix"),
    };
    Some((host.to_ascii_lowercase(), path.to_owned(), item))
}
