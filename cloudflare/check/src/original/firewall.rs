//! Who is refused: lists of addresses first, then custom rules, then what they can skip. Limits of
//! rates and Cloudflare's own rules need more than a request.

use cloudflare_rules::Request;
use cloudflare_zone::{Action, Kind, Phase, Place, Skip, Thing, Zone};
use ipnet::IpNet;
use regex::{Regex, RegexBuilder};
use serde_json::Value;

use super::filter::network;
use super::{Heard, Stage, ZoneModel};
use crate::outcome::Refusal;

/// What of a zone refuses, beside its custom rules.
pub(super) struct Firewall<'e> {
    access: Vec<Access<'e>>,
    lockdowns: Vec<Lockdown<'e>>,
    agents: Vec<&'e Thing>,
}

struct Access<'e> {
    thing: &'e Thing,
    mode: &'e str,
    of: Of<'e>,
}

enum Of<'e> {
    Country(&'e str),
    System(i64),
    Network(IpNet),
}

struct Lockdown<'e> {
    place: &'e Place,
    urls: Vec<Regex>,
    networks: Vec<IpNet>,
}

/// Extensions of pictures that are not given to pages of others.
const PICTURES: [&str; 5] = [".gif", ".ico", ".jpg", ".jpeg", ".png"];
/// Modes of lists of addresses, the strongest first: who is let in is refused by nothing.
const MODES: [&str; 5] = ["whitelist", "block", "challenge", "js_challenge", "managed_challenge"];

impl<'e> Firewall<'e> {
    pub(super) fn new(zone: &'e Zone) -> Self {
        let is_on =
            |thing: &&Thing| thing.value.get("paused").and_then(Value::as_bool) != Some(true);
        let mut access: Vec<_> =
            zone.things(Kind::AccessRule).filter(is_on).filter_map(access).collect();
        access.sort_by_key(|it| MODES.iter().position(|mode| *mode == it.mode));
        let lockdowns = zone.things(Kind::Lockdown).filter(is_on).map(lockdown).collect();
        Self { access, lockdowns, agents: zone.things(Kind::UserAgentRule).filter(is_on).collect() }
    }

    /// How a request is refused, if it is.
    pub(super) fn refusal(
        &self,
        zone: &ZoneModel<'e>,
        request: &Request,
        heard: &mut Vec<Heard<'e>>,
    ) -> Option<Refusal> {
        if let Some(access) = self.access.iter().find(|it| it.of.holds(request)) {
            heard.push(Heard { place: &access.thing.place, stage: Stage::Refusal });
            return refusal(access.mode);
        }
        let mut skipped: Vec<&Skip> = Vec::new();
        for rule in zone.rules(Phase::HttpRequestFirewallCustom) {
            if !rule.matches(request) {
                continue;
            }
            heard.push(Heard { place: &rule.rule.place, stage: Stage::Refusal });
            match &rule.rule.action {
                Action::Skip(skip) => {
                    skipped.push(skip);
                    let is_current = |it: &Option<String>| it.as_deref() == Some("current");
                    if is_current(&skip.ruleset) || is_current(&skip.phase) {
                        break;
                    }
                }
                Action::Firewall { verb, .. } => {
                    if let Some(refusal) = refusal(verb) {
                        return Some(refusal);
                    }
                }
                _ => {}
            }
        }
        let is_skipped =
            |product: &str| skipped.iter().any(|it| it.products.iter().any(|it| it == product));
        self.behind(zone, request, &is_skipped, heard)
    }

    /// What custom rules can skip.
    fn behind(
        &self,
        zone: &ZoneModel<'e>,
        request: &Request,
        is_skipped: &dyn Fn(&str) -> bool,
        heard: &mut Vec<Heard<'e>>,
    ) -> Option<Refusal> {
        let url = format!("{}{}", request.host, request.path);
        let locked = self.lockdowns.iter().filter(|it| it.urls.iter().any(|it| it.is_match(&url)));
        for lockdown in locked.filter(|_| !is_skipped("zoneLockdown")) {
            heard.push(Heard { place: lockdown.place, stage: Stage::Refusal });
            let address = request.address?;
            if !lockdown.networks.iter().any(|network| network.contains(&address)) {
                return Some(Refusal::Blocked);
            }
        }
        let agent = header(request, "user-agent").unwrap_or_default();
        for thing in self.agents.iter().filter(|_| !is_skipped("uaBlock")) {
            let blocked = thing.value.pointer("/configuration/value").and_then(Value::as_str);
            if blocked == Some(agent) {
                heard.push(Heard { place: &thing.place, stage: Stage::Refusal });
                return refusal(thing.text("mode"));
            }
        }
        if zone.is_on("hotlink_protection") && !is_skipped("hot") {
            let referer = header(request, "referer").unwrap_or_default().to_ascii_lowercase();
            let path = request.path.to_ascii_lowercase();
            let is_own = referer.contains(&format!("//{}", request.host));
            if PICTURES.iter().any(|it| path.ends_with(it)) && !referer.is_empty() && !is_own {
                let place = zone.place_of("hotlink_protection");
                heard.extend(place.map(|place| Heard { place, stage: Stage::Refusal }));
                return Some(Refusal::Blocked);
            }
        }
        let level = zone.zone.setting("security_level").and_then(Value::as_str);
        if level == Some("under_attack") && !is_skipped("securityLevel") {
            let place = zone.place_of("security_level");
            heard.extend(place.map(|place| Heard { place, stage: Stage::Refusal }));
            return Some(Refusal::Challenged);
        }
        None
    }
}

/// What a client meets; nothing where a rule lets in or only writes down.
fn refusal(verb: &str) -> Option<Refusal> {
    match verb {
        "block" => Some(Refusal::Blocked),
        "challenge" => Some(Refusal::Puzzled),
        "js_challenge" | "managed_challenge" => Some(Refusal::Challenged),
        _ => None,
    }
}

fn access(thing: &Thing) -> Option<Access<'_>> {
    let member = |key: &str| thing.value.pointer(&format!("/configuration/{key}"))?.as_str();
    let value = member("value")?;
    let of = match member("target")? {
        "country" => Of::Country(value),
        "asn" => Of::System(value.trim_start_matches("AS").parse().ok()?),
        _ => Of::Network(network(value)?),
    };
    Some(Access { thing, mode: thing.text("mode"), of })
}

impl Of<'_> {
    fn holds(&self, request: &Request) -> bool {
        match self {
            Self::Country(code) => request.country.as_deref() == Some(code),
            Self::System(number) => request.autonomous_system == Some(*number),
            Self::Network(network) => request.address.is_some_and(|it| network.contains(&it)),
        }
    }
}

fn lockdown(thing: &Thing) -> Lockdown<'_> {
    let list = |key: &str| thing.value.get(key).and_then(Value::as_array).into_iter().flatten();
    let urls = list("urls").filter_map(Value::as_str).filter_map(|url| {
        let url = url.split_once("://").map_or(url, |(_, rest)| rest);
        let url = if url.contains('/') { url.to_owned() } else { format!("{url}/") };
        let pieces: Vec<_> = url.split('*').map(regex::escape).collect();
        let pattern = format!("^{}$", pieces.join(".*"));
        RegexBuilder::new(&pattern).case_insensitive(true).build().ok()
    });
    let networks = list("configurations").filter_map(|it| network(it.get("value")?.as_str()?));
    Lockdown { place: &thing.place, urls: urls.collect(), networks: networks.collect() }
}

/// The value of a header.
pub(super) fn header<'r>(request: &'r Request, name: &str) -> Option<&'r str> {
    let found = request.headers.iter().find(|(own, _)| own.eq_ignore_ascii_case(name));
    found.map(|(_, value)| value.as_str())
}
