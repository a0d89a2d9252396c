//! Which sites a zone becomes: hosts that come from one server and that no rule tells apart are one.

use std::collections::BTreeMap;

use serde_json::Value;

use super::draft::{Draft, label};
use super::page_rules;
use crate::condition::{Condition, lower};
use crate::zone::{Account, Kind, Place, Record, Thing, Unread, Zone, texts};

/// Records that lead to records that lead …; nobody has more.
const HOPS: usize = 8;

/// What hosts of one site have in common: the server, and what rules ask of their requests.
type Told = (String, Vec<String>);

/// The sites of a zone, nothing said of them yet but domains and origin.
pub(super) fn plan(
    zone: &Zone,
    account: &Account,
    others: &[Draft],
    unread: &mut Vec<Unread>,
) -> Vec<Draft> {
    let hosts = hosts(zone, unread);
    let conditions = conditions(zone, account);
    let mut groups: BTreeMap<Told, Vec<(String, Server)>> = BTreeMap::new();
    let mut order = Vec::new();
    for host in hosts {
        let server = server(&host, zone, account);
        let told: Vec<String> = conditions.iter().map(|it| it.on_host(&host).to_string()).collect();
        let key = (server.url.clone(), told);
        if !order.contains(&key) {
            order.push(key.clone());
        }
        groups.entry(key).or_default().push((host, server));
    }
    let mut drafts: Vec<Draft> = Vec::new();
    for key in order {
        let Some(group) = groups.remove(&key) else { continue };
        let mut hosts: Vec<String> = group.iter().map(|(host, _)| host.clone()).collect();
        hosts.sort_by_key(|host| (host != &zone.name, host.len(), host.clone()));
        let name = name(&hosts, zone, others, &drafts);
        let mut draft = Draft::new(name, &zone.name, hosts, key.0);
        for (_, server) in group {
            draft.has_told_host |= server.has_told_host;
            draft.origin_addresses.extend(server.addresses);
        }
        draft.origin_addresses.sort();
        draft.origin_addresses.dedup();
        drafts.push(draft);
    }
    drafts
}

/// Host names that Cloudflare answers. Where no record was read the zone's own name stands for all.
fn hosts(zone: &Zone, unread: &mut Vec<Unread>) -> Vec<String> {
    let served = zone.records.iter().filter(|record| record.is_proxied && is_web(record));
    let mut hosts: Vec<String> = served.map(|record| record.name.clone()).collect();
    let balanced = zone.load_balancers.iter().filter(|it| is_on(&it.value, "enabled"));
    let balanced = balanced.filter(|it| is_on(&it.value, "proxied"));
    hosts.extend(balanced.map(|it| it.text("name").to_ascii_lowercase()));
    hosts.retain(|host| is_domain(host));
    hosts.sort();
    hosts.dedup();
    if !hosts.is_empty() || !zone.records.is_empty() || !zone.load_balancers.is_empty() {
        return hosts;
    }
    let host = Some(zone.name.clone()).filter(|name| is_domain(name));
    let host = host.or_else(|| mentioned(zone));
    let host =
        host.unwrap_or_else(|| format!("zone-{}.invalid", zone.id.get(..8).unwrap_or("unknown")));
    let why = format!(
        "no DNS records of the zone were read: `{host}` stands for its hosts, and the origin is made up"
    );
    unread.push(Unread { place: Place { file: zone.name.clone(), pointer: String::new() }, why });
    vec![host]
}

/// A host that the rules name.
fn mentioned(zone: &Zone) -> Option<String> {
    let words = zone
        .page_rules
        .iter()
        .map(|rule| rule.pattern.clone())
        .chain(zone.phases.values().flatten().map(|rule| rule.filter.text.clone()));
    let words: Vec<String> = words.collect();
    let words = words
        .iter()
        .flat_map(|text| text.split(|c: char| !c.is_ascii_alphanumeric() && c != '.' && c != '-'));
    let is_host = |word: &&str| {
        let end = word.rsplit('.').next().unwrap_or_default();
        is_domain(word)
            && end.len() >= 3
            && !word.starts_with("http")
            && !word.starts_with("cf.")
            && ["com", "net", "org", "shop", "example"].contains(&end)
    };
    let mut words = words.filter(is_host).map(str::to_ascii_lowercase);
    words.next()
}

/// A name that a site can have as its domain.
pub(super) fn is_domain(host: &str) -> bool {
    let is_label = |label: &str| {
        !label.is_empty()
            && label.len() <= 63
            && !label.starts_with('-')
            && !label.ends_with('-')
            && label.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
    };
    host.len() <= 253 && host.contains('.') && host.split('.').all(is_label)
}

/// A record that can be proxied.
pub(super) fn is_web(record: &Record) -> bool {
    matches!(record.kind.as_str(), "A" | "AAAA" | "CNAME")
}

fn is_on(value: &Value, key: &str) -> bool {
    value.get(key).and_then(Value::as_bool).unwrap_or(true)
}

/// Every filter that may tell hosts apart.
fn conditions(zone: &Zone, account: &Account) -> Vec<Condition> {
    let rules = zone.phases.values().flatten().filter(|rule| rule.is_enabled);
    let of_rules = rules.filter_map(|rule| Some(lower(rule.filter.tree.as_ref().ok()?, account)));
    let pages = zone.page_rules.iter().filter(|rule| rule.is_active);
    of_rules.chain(pages.map(|rule| page_rules::condition(&rule.pattern))).collect()
}

/// Where a host's things come from.
pub(super) struct Server {
    pub(super) url: String,
    /// Records that have to be made for it: a name and the address it leads to.
    pub(super) addresses: Vec<(String, String)>,
    /// Whether it is told a `Host` of its own.
    pub(super) has_told_host: bool,
}

fn server(host: &str, zone: &Zone, account: &Account) -> Server {
    let mode = zone.setting("ssl").and_then(Value::as_str).unwrap_or("full");
    let scheme = if matches!(mode, "off" | "flexible") { "http" } else { "https" };
    let balancer = zone.load_balancers.iter().find(|it| it.text("name").eq_ignore_ascii_case(host));
    if let Some(pool) = balancer.and_then(|balancer| pools(balancer, account).into_iter().next()) {
        return endpoint(pool, scheme, zone);
    }
    let mut name = host.to_owned();
    for _ in 0..HOPS {
        let own: Vec<&Record> =
            zone.records.iter().filter(|it| it.name == name && is_web(it)).collect();
        let Some(first) = own.first() else { break };
        if first.kind != "CNAME" {
            let at = origin_name(&name, zone);
            let addresses = own.iter().map(|it| (at.clone(), it.content.clone())).collect();
            return Server { url: format!("{scheme}://{at}"), addresses, has_told_host: false };
        }
        name = first.content.trim_end_matches('.').to_ascii_lowercase();
    }
    let name = if name == host { origin_name(host, zone) } else { name };
    Server { url: format!("{scheme}://{name}"), addresses: Vec::new(), has_told_host: false }
}

/// The name under which CloudFront finds a server that had only an address.
fn origin_name(host: &str, zone: &Zone) -> String {
    match host.strip_suffix(&zone.name).map(|sub| sub.trim_end_matches('.')) {
        Some("") | None => {
            format!("origin.{}", if zone.name.is_empty() { host } else { &zone.name })
        }
        Some(sub) => format!("origin-{}.{}", label(sub), zone.name),
    }
}

/// The pools of a load balancer that are there and on, in their order.
pub(super) fn pools<'a>(balancer: &Thing, account: &'a Account) -> Vec<&'a Thing> {
    let mut ids = texts(&balancer.value, "default_pools");
    ids.push(balancer.text("fallback_pool").to_owned());
    let find = |id: &String| account.others.iter().find(|it| it.kind == Kind::Pool && it.id == *id);
    let mut pools: Vec<&Thing> = Vec::new();
    for pool in ids.iter().filter_map(find).filter(|pool| is_on(&pool.value, "enabled")) {
        if !pools.iter().any(|known| known.id == pool.id) {
            pools.push(pool);
        }
    }
    pools
}

/// The server of a pool with the greatest weight.
pub(super) fn endpoint(pool: &Thing, scheme: &str, zone: &Zone) -> Server {
    let origins = pool.value.get("origins").and_then(Value::as_array).into_iter().flatten();
    let weight = |it: &&Value| it.get("weight").and_then(Value::as_f64).unwrap_or(1.0);
    let mut best: Option<&Value> = None;
    for origin in origins.filter(|it| is_on(it, "enabled")) {
        if best.is_none_or(|known| weight(&origin) > weight(&known)) {
            best = Some(origin);
        }
    }
    let address = best.and_then(|it| it.get("address")?.as_str()).unwrap_or_default();
    let has_told_host = best.is_some_and(|it| it.pointer("/header/Host/0").is_some());
    let port = best.and_then(|it| it.get("port")?.as_u64()).filter(|port| *port != 0);
    let port = port.map(|port| format!(":{port}")).unwrap_or_default();
    if address.parse::<std::net::IpAddr>().is_ok() || address.is_empty() {
        let at = format!("origin-{}.{}", label(pool.text("name")), zone.name);
        let addresses = vec![(at.clone(), address.to_owned())];
        let addresses = addresses.into_iter().filter(|(_, it)| !it.is_empty()).collect();
        return Server { url: format!("{scheme}://{at}{port}"), addresses, has_told_host };
    }
    Server {
        url: format!("{scheme}://{}{port}", address.to_ascii_lowercase()),
        addresses: Vec::new(),
        has_told_host,
    }
}

/// By the zone, with the host where it has another.
fn name(hosts: &[String], zone: &Zone, others: &[Draft], own: &[Draft]) -> String {
    let host = hosts.first().map_or("", String::as_str);
    let base = label(zone.name.split('.').next().unwrap_or_default());
    let base =
        if zone.name.is_empty() { label(host.split('.').next().unwrap_or_default()) } else { base };
    let sub = host.strip_suffix(&zone.name).unwrap_or_default().trim_end_matches('.');
    let name = if sub.is_empty() { base } else { label(&format!("{base}-{sub}")) };
    let is_free = |name: &String| !others.iter().chain(own).any(|draft| draft.name == *name);
    let numbered = (2..1_000).map(|number| format!("{name}-{number}"));
    std::iter::once(name.clone()).chain(numbered).find(is_free).unwrap_or(name)
}
