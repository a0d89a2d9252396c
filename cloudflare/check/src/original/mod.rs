//! What Cloudflare makes of a request: its phases in their order
//! (<https://developers.cloudflare.com/ruleset-engine/reference/phases-list/>), with the older
//! products where they stand between them.

mod bulk;
mod caching;
mod filter;
mod firewall;
mod headers;
mod page_rule;
mod redirect;
mod rewrite;
mod server;

pub(crate) use headers::hsts;
pub(crate) use server::resolve;

use std::collections::{BTreeMap, BTreeSet};

use cloudflare_rules::{List as Listed, Request};
use cloudflare_zone::{Account, Export, Phase, Place, Zone};
use edge_resizer::{Policy, Step, accept};

use crate::outcome::{Outcome, Refusal, Served, absolute};
use bulk::Bulk;
use filter::Filtered;
use firewall::Firewall;
use page_rule::PageRules;

/// What a rule was heard about: a verdict about it may explain differences of that kind.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Stage {
    Scheme,
    Redirect,
    Rewrite,
    Refusal,
    Origin,
    RequestHeaders,
    Caching,
    ResponseHeaders,
}

/// A rule that was heard.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Heard<'e> {
    pub(crate) place: &'e Place,
    pub(crate) stage: Stage,
}

/// All zones of an export.
pub(crate) struct Original<'e> {
    zones: Vec<ZoneModel<'e>>,
    bulk: Bulk<'e>,
    lists: BTreeMap<String, Listed>,
}

/// A zone, ready to be asked.
pub(super) struct ZoneModel<'e> {
    pub(super) zone: &'e Zone,
    pub(super) account: &'e Account,
    /// Rules that are in force and were understood.
    phases: BTreeMap<Phase, Vec<Filtered<'e>>>,
    pages: PageRules<'e>,
    firewall: Firewall<'e>,
    /// Headers that rules about answers name, in lower case.
    named: BTreeSet<String>,
}

impl<'e> Original<'e> {
    pub(crate) fn new(export: &'e Export) -> Self {
        let account = &export.account;
        Self {
            zones: export.zones.iter().map(|zone| ZoneModel::new(zone, account)).collect(),
            bulk: Bulk::new(account),
            lists: filter::lists(account),
        }
    }

    /// The account's lists, as requests have them.
    pub(crate) fn lists(&self) -> &BTreeMap<String, Listed> {
        &self.lists
    }

    /// The zone that a host belongs to.
    pub(crate) fn zone_of(&self, host: &str) -> Option<usize> {
        let is_of = |zone: &Zone| {
            host == zone.name || host.strip_suffix(&zone.name).is_some_and(|it| it.ends_with('.'))
        };
        let zones = self.zones.iter().enumerate().filter(|(_, it)| is_of(it.zone));
        zones.max_by_key(|(_, it)| it.zone.name.len()).map(|(index, _)| index)
    }

    /// Headers of answers that the zone's rules name.
    pub(crate) fn named(&self, zone: usize) -> impl Iterator<Item = &str> {
        self.zones.get(zone).into_iter().flat_map(|it| it.named.iter().map(String::as_str))
    }

    /// What comes of a request for a host of a zone; `None` where Cloudflare does not stand before
    /// it. `policy` is about its pictures, `named` are headers that answers have.
    pub(crate) fn answer(
        &'e self,
        zone: usize,
        request: &mut Request,
        policy: Option<&Policy>,
        named: &BTreeSet<String>,
        heard: &mut Vec<Heard<'e>>,
    ) -> Option<Outcome> {
        let zone = self.zones.get(zone)?;
        zone.answer(request, policy, named, &self.bulk, heard)
    }

    /// Every rule that would be heard if the request were a little other than it is: a `GET`, without
    /// a query, in lower case. What a translation cannot tell apart is told in their verdicts.
    pub(crate) fn nearly_heard(&'e self, zone: usize, request: &Request) -> Vec<Heard<'e>> {
        let Some(zone) = self.zones.get(zone) else { return Vec::new() };
        let plain = Request { method: "GET".to_owned(), query: String::new(), ..request.clone() };
        let lower = Request { path: plain.path.to_ascii_lowercase(), ..plain.clone() };
        let secure = Request { is_https: true, ..plain.clone() };
        let mut heard = Vec::new();
        for near in [&plain, &lower, &secure] {
            for (phase, rules) in &zone.phases {
                let Some(stage) = filter::stage(*phase) else { continue };
                let met = rules.iter().filter(|rule| rule.matches(near));
                heard.extend(met.map(|rule| Heard { place: &rule.rule.place, stage }));
            }
            zone.pages.near(near, &mut heard);
            self.bulk.near(near, &mut heard);
        }
        heard
    }
}

impl<'e> ZoneModel<'e> {
    fn new(zone: &'e Zone, account: &'e Account) -> Self {
        let phases: BTreeMap<_, Vec<_>> = zone
            .phases
            .iter()
            .map(|(phase, rules)| (*phase, rules.iter().filter_map(Filtered::new).collect()))
            .collect();
        Self {
            zone,
            account,
            pages: PageRules::new(zone),
            firewall: Firewall::new(zone),
            named: headers::named(zone),
            phases,
        }
    }

    fn rules(&self, phase: Phase) -> &[Filtered<'e>] {
        self.phases.get(&phase).map_or(&[], Vec::as_slice)
    }

    /// Whether a setting is on.
    pub(super) fn is_on(&self, id: &str) -> bool {
        self.zone.setting(id).and_then(|it| it.as_str()) == Some("on")
    }

    /// Where a setting stands.
    pub(super) fn place_of(&self, id: &str) -> Option<&'e Place> {
        self.zone.settings.iter().find(|setting| setting.id == id).map(|it| &it.place)
    }

    /// The spine: what comes first ends it.
    fn answer(
        &'e self,
        request: &mut Request,
        policy: Option<&Policy>,
        named: &BTreeSet<String>,
        bulk: &'e Bulk<'e>,
        heard: &mut Vec<Heard<'e>>,
    ) -> Option<Outcome> {
        if !server::is_proxied(self, &request.host, heard) {
            return None;
        }
        let page = self.pages.of(request);
        let secured = self.secured(request, page, heard);
        let ended = secured
            .or_else(|| redirect::single(self, request, heard))
            .or_else(|| {
                rewrite::apply(self, request, heard);
                self.firewall.refusal(self, request, heard).map(Outcome::Refused)
            })
            .or_else(|| bulk.redirect(request, heard))
            .or_else(|| page.and_then(|page| page.redirect(request, heard)));
        if ended.is_some() {
            return ended;
        }
        if let Some(picture) = self.picture(request, policy) {
            return Some(picture);
        }
        let asked = server::asked(self, request, page, heard);
        let kept = caching::of(self, request, page, heard);
        let served = Served {
            server: asked.server,
            host: asked.host,
            path: request.path.clone(),
            query: request.query.clone(),
            is_forwarded: true,
            told: headers::of_request(self, request, heard),
            headers: headers::of_answer(self, request, &kept, named, heard),
            kept: kept.seconds,
            key: kept.key,
        };
        Some(Outcome::Served(Box::new(served)))
    }

    /// HTTP becomes HTTPS where a setting, a page rule or a configuration rule says so.
    fn secured(
        &'e self,
        request: &Request,
        page: Option<&'e page_rule::Page<'e>>,
        heard: &mut Vec<Heard<'e>>,
    ) -> Option<Outcome> {
        if request.is_https {
            return None;
        }
        let place = self.place_of("always_use_https");
        heard.extend(place.map(|place| Heard { place, stage: Stage::Scheme }));
        let mut is_secured = self.is_on("always_use_https");
        if let Some(page) = page.filter(|it| it.action("always_use_https").is_some()) {
            heard.push(Heard { place: &page.rule.place, stage: Stage::Scheme });
            is_secured = true;
        }
        is_secured.then(|| {
            let Request { host, path, query, .. } = request;
            let url = absolute(path, true, host);
            let location = crate::outcome::with_query(&url, query);
            Outcome::Redirected { status: 301, location }
        })
    }

    /// A picture that Cloudflare makes, and other paths that it answers itself.
    fn picture(&self, request: &Request, policy: Option<&Policy>) -> Option<Outcome> {
        if !request.path.starts_with("/cdn-cgi/image/") {
            return None;
        }
        let mode = self.zone.setting("image_resizing").and_then(|it| it.as_str());
        if !matches!(mode, Some("on" | "open")) {
            return Some(Outcome::Refused(Refusal::Unknown));
        }
        let key = policy.and_then(|policy| match accept(&picture_request(request), policy) {
            Step::Fetch(job) => Some(job.edge_path("")),
            _ => None,
        });
        Some(Outcome::Picture(key))
    }
}

/// The request as the core that makes pictures reads it.
fn picture_request(request: &Request) -> edge_resizer::Request {
    let mut asked = edge_resizer::Request::get(&request.path);
    asked.query = Some(request.query.clone()).filter(|query| !query.is_empty());
    if let Ok(method) = request.method.parse() {
        asked.method = method;
    }
    for (name, value) in &request.headers {
        let name = http::HeaderName::try_from(name.as_str());
        if let (Ok(name), Ok(value)) = (name, value.parse()) {
            asked.headers.append(name, value);
        }
    }
    asked
}
