//! Which server is asked, and by which name.

use std::collections::BTreeSet;

use cloudflare_rules::Request;
use cloudflare_zone::{Action, Kind, Phase, Record, Thing};
use serde_json::Value;

use super::page_rule::Page;
use super::{Heard, Stage, ZoneModel};
use crate::outcome::Server;

/// Records that lead to records that lead …; nobody has more.
const HOPS: usize = 8;

/// The server, and the `Host` that it is told.
pub(super) struct Asked {
    pub(super) server: Server,
    pub(super) host: String,
}

/// Whether Cloudflare stands before a host.
pub(super) fn is_proxied<'e>(zone: &ZoneModel<'e>, host: &str, heard: &mut Vec<Heard<'e>>) -> bool {
    if balancer(zone, host).is_some() {
        return true;
    }
    let own = zone.zone.records.iter().filter(|it| is_web(it));
    if own.clone().any(|it| it.name == host) {
        return own.clone().any(|it| it.name == host && it.is_proxied);
    }
    let parents = host.match_indices('.').map(|(at, _)| format!("*{}", &host[at..]));
    for parent in parents {
        if let Some(record) = own.clone().find(|it| it.name == parent) {
            heard.push(Heard { place: &record.place, stage: Stage::Origin });
            return record.is_proxied;
        }
    }
    // Where no record was read, the zone's own name stands for all.
    zone.zone.records.is_empty() && zone.zone.load_balancers.is_empty() && host == zone.zone.name
}

fn is_web(record: &Record) -> bool {
    matches!(record.kind.as_str(), "A" | "AAAA" | "CNAME")
}

fn is_on(value: &Value, key: &str) -> bool {
    value.get(key).and_then(Value::as_bool).unwrap_or(true)
}

fn balancer<'e>(zone: &ZoneModel<'e>, host: &str) -> Option<&'e Thing> {
    let named = |it: &&&'e Thing| it.text("name").eq_ignore_ascii_case(host);
    let balancers: Vec<&'e Thing> = zone.zone.load_balancers.iter().collect();
    let found = balancers.iter().find(|it| named(it) && is_on(&it.value, "enabled"));
    found.copied().filter(|it| is_on(&it.value, "proxied"))
}

/// Who is asked for a request.
pub(super) fn asked<'e>(
    zone: &ZoneModel<'e>,
    request: &Request,
    page: Option<&'e Page<'e>>,
    heard: &mut Vec<Heard<'e>>,
) -> Asked {
    let mode = zone.zone.setting("ssl").and_then(Value::as_str).unwrap_or("full");
    let scheme = if matches!(mode, "off" | "flexible") { "http" } else { "https" };
    let mut host = request.host.clone();
    let mut server = match pool_of(zone, &request.host, heard) {
        Some((server, name)) => {
            host = name.unwrap_or(host);
            server
        }
        None => Server { scheme: String::new(), at: resolved(&request.host, zone), port: None },
    };
    scheme.clone_into(&mut server.scheme);
    if let Some(page) = page {
        let text = |id: &str| page.action(id).and_then(Value::as_str);
        if let Some(name) = text("resolve_override") {
            heard.push(Heard { place: &page.rule.place, stage: Stage::Origin });
            server.at = resolved(name, zone);
        }
        if let Some(name) = text("host_header_override") {
            heard.push(Heard { place: &page.rule.place, stage: Stage::Origin });
            name.clone_into(&mut host);
        }
        if page.action("ssl").is_some() {
            heard.push(Heard { place: &page.rule.place, stage: Stage::Origin });
        }
    }
    for rule in zone.rules(Phase::HttpRequestOrigin) {
        if !rule.matches(request) {
            continue;
        }
        heard.push(Heard { place: &rule.rule.place, stage: Stage::Origin });
        let Action::Route(route) = &rule.rule.action else { continue };
        if let Some(origin) = &route.origin {
            if let Some(name) = &origin.host {
                server.at = resolved(name, zone);
            }
            server.port = origin.port.or(server.port);
        }
        host = route.host_header.clone().unwrap_or(host);
    }
    Asked { server, host }
}

/// The server of the first pool that is on, the one of the greatest weight, and its own `Host`.
fn pool_of<'e>(
    zone: &ZoneModel<'e>,
    host: &str,
    heard: &mut Vec<Heard<'e>>,
) -> Option<(Server, Option<String>)> {
    let balancer = balancer(zone, host)?;
    heard.push(Heard { place: &balancer.place, stage: Stage::Origin });
    let ids = balancer.value.get("default_pools").and_then(Value::as_array).into_iter().flatten();
    let ids = ids.filter_map(Value::as_str).chain([balancer.text("fallback_pool")]);
    let pools = &zone.account.others;
    let find = |id: &str| pools.iter().find(|it| it.kind == Kind::Pool && it.id == id);
    let pool = ids.filter_map(find).find(|it| is_on(&it.value, "enabled"))?;
    heard.push(Heard { place: &pool.place, stage: Stage::Origin });
    let servers = pool.value.get("origins").and_then(Value::as_array).into_iter().flatten();
    let weight = |it: &Value| it.get("weight").and_then(Value::as_f64).unwrap_or(1.0);
    let heaviest =
        servers.filter(|it| is_on(it, "enabled")).fold(None, |best: Option<&Value>, it| {
            best.filter(|best| weight(best) >= weight(it)).or(Some(it))
        })?;
    let address = heaviest.get("address")?.as_str()?.to_ascii_lowercase();
    let port = heaviest.get("port").and_then(Value::as_u64).filter(|port| *port != 0);
    let server = Server {
        scheme: String::new(),
        at: resolved(&address, zone),
        port: port.and_then(|port| u16::try_from(port).ok()),
    };
    let told = heaviest.pointer("/header/Host/0").and_then(Value::as_str);
    Some((server, told.map(str::to_owned)))
}

fn resolved(name: &str, zone: &ZoneModel<'_>) -> BTreeSet<String> {
    let records = zone.zone.records.iter().filter(|it| is_web(it));
    let told = records.map(|it| (it.name.as_str(), it.kind.as_str(), it.content.as_str()));
    resolve(name, &told.collect::<Vec<_>>())
}

/// Where a name leads by records of name, kind and content: addresses, or a name that none of them
/// is about.
pub(crate) fn resolve(name: &str, records: &[(&str, &str, &str)]) -> BTreeSet<String> {
    let mut name = name.trim_end_matches('.').to_ascii_lowercase();
    for _ in 0..HOPS {
        let mut own: Vec<_> = records.iter().filter(|(of, ..)| *of == name).collect();
        if own.is_empty() && name.contains('.') {
            let parents = name.match_indices('.').map(|(at, _)| format!("*{}", &name[at..]));
            let parents: Vec<_> = parents.collect();
            own = records.iter().filter(|(of, ..)| parents.iter().any(|it| it == of)).collect();
        }
        match own.first() {
            None => break,
            Some((_, "CNAME", content)) => {
                name = content.trim_end_matches('.').to_ascii_lowercase();
            }
            Some(_) => return own.iter().map(|(.., content)| (*content).to_owned()).collect(),
        }
    }
    BTreeSet::from([name])
}
