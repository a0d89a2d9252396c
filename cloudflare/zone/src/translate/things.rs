//! Everything that is neither a setting nor a rule of a phase.

use std::collections::BTreeSet;

use fleet::delivery::WafAction;
use serde_json::Value;

use super::draft::{Draft, server};
use super::firewall;
use super::hosts::{endpoint, pools};
use super::ledger::{Item, Ledger};
use super::page_rules;
use crate::condition::{Condition, Subject, TextTest, network};
use crate::feature::Plain;
use crate::verdict::Outcome;
use crate::zone::{Account, Kind, Thing, Zone, texts};

/// The row of a kind in the table of features.
fn key(kind: Kind) -> &'static str {
    match kind {
        Kind::Setting => "setting",
        Kind::LoadBalancer => "load-balancer",
        Kind::Pool => "pool",
        Kind::Monitor => "monitor",
        Kind::WorkerRoute => "worker-route",
        Kind::AccessRule => "access-rule",
        Kind::Lockdown => "lockdown",
        Kind::UserAgentRule => "user-agent-rule",
        Kind::LegacyRateLimit => "legacy-rate-limit",
        Kind::LegacyFirewallRule => "legacy-firewall-rule",
        Kind::ManagedTransform => "managed-transform",
        Kind::CustomPage => "custom-page",
        Kind::CustomHostname => "custom-hostname",
        Kind::CertificatePack => "certificate-pack",
        Kind::WaitingRoom => "waiting-room",
        Kind::PageShieldPolicy => "page-shield",
        Kind::Snippet => "snippet",
        Kind::SnippetRule => "snippet-rule",
        Kind::UrlNormalization => "url-normalization",
    }
}

/// IP access rules, which Cloudflare asks before its custom ones: who is let in first.
pub(super) fn access_rules(zone: &Zone, drafts: &mut [Draft], ledger: &mut Ledger<'_>) {
    let (allowed, refused): (Vec<&Thing>, Vec<&Thing>) =
        zone.things(Kind::AccessRule).partition(|it| it.text("mode") == "whitelist");
    for thing in allowed.into_iter().chain(refused) {
        let item = Item::of_thing(&zone.name, key(thing.kind), thing, label(thing));
        let outcome = outcome(thing, item.feature.plain, item.feature.how, drafts);
        ledger.add(item, outcome);
    }
}

/// Everything else of a zone; its load balancers are [`of_account`]'s, which knows the pools.
pub(super) fn things(zone: &Zone, drafts: &mut [Draft], ledger: &mut Ledger<'_>) {
    let others = zone.others.iter().filter(|it| it.kind != Kind::AccessRule);
    for thing in zone.load_balancers.iter().chain(others) {
        let item = Item::of_thing(&zone.name, key(thing.kind), thing, label(thing));
        let outcome = outcome(thing, item.feature.plain, item.feature.how, drafts);
        ledger.add(item, outcome);
    }
}

fn label(thing: &Thing) -> String {
    let names = ["name", "pattern", "description", "notes", "hostname", "snippet_name", "url"];
    let named = names.into_iter().map(|key| thing.text(key)).find(|text| !text.is_empty());
    let configured = thing.value.pointer("/configuration/value").and_then(Value::as_str);
    configured.or(named).unwrap_or(&thing.id).to_owned()
}

fn outcome(thing: &Thing, plain: Plain, how: &str, drafts: &mut [Draft]) -> Outcome {
    let is_off = thing.value.get("enabled").and_then(Value::as_bool) == Some(false)
        || thing.value.get("paused").and_then(Value::as_bool) == Some(true);
    match plain {
        _ if is_off => return Outcome::idle("it is switched off"),
        Plain::Idle => return Outcome::idle(how),
        Plain::Lost => return lost(thing, how),
        Plain::Coded => {}
    }
    if drafts.is_empty() {
        return Outcome::idle("no record of the zone is proxied: no request meets it");
    }
    let mut outcome = Outcome::default();
    for draft in drafts.iter_mut() {
        outcome.join(match thing.kind {
            Kind::AccessRule => access(thing, draft),
            Kind::Lockdown => lockdown(thing, draft),
            Kind::UserAgentRule => user_agent(thing, draft),
            Kind::ManagedTransform => transform(thing, draft),
            Kind::LoadBalancer => balancer(thing, draft),
            _ => Outcome::manual(how),
        });
    }
    outcome
}

fn lost(thing: &Thing, how: &str) -> Outcome {
    if thing.kind == Kind::WorkerRoute && thing.text("script").is_empty() {
        return Outcome::idle("no Worker runs there");
    }
    if thing.kind == Kind::CustomPage && thing.text("state") == "default" {
        return Outcome::idle("it is Cloudflare's own page");
    }
    Outcome::manual(how)
}

/// Networks that are in none of the lists.
fn unknown(networks: &[ipnet::IpNet], lists: &[&Vec<String>]) -> Vec<String> {
    let all = networks.iter().map(ToString::to_string);
    all.filter(|network| lists.iter().all(|list| !list.contains(network))).collect()
}

fn access(thing: &Thing, draft: &mut Draft) -> Outcome {
    let value =
        thing.value.pointer("/configuration/value").and_then(Value::as_str).unwrap_or_default();
    let target =
        thing.value.pointer("/configuration/target").and_then(Value::as_str).unwrap_or_default();
    let condition = match target {
        "country" => Condition::Countries(vec![value.to_owned()]),
        "asn" => match value.trim_start_matches("AS").parse() {
            Ok(number) => Condition::Systems(vec![number]),
            Err(_) => return Outcome::manual(format!("`{value}` is no number of a system")),
        },
        _ => match network(value) {
            Some(network) => Condition::Addresses(vec![network]),
            None => return Outcome::manual(format!("`{value}` is no address")),
        },
    };
    let mut outcome = Outcome::default();
    let waf = &mut draft.delivery.waf;
    match (thing.text("mode"), &condition) {
        ("whitelist", Condition::Addresses(networks)) => {
            waf.allow.extend(unknown(networks, &[&waf.allow]));
            outcome.done(draft.key("waf.allow"));
            outcome
        }
        ("block", Condition::Addresses(networks)) => {
            let open = unknown(networks, &[&waf.allow, &waf.block]);
            if open.is_empty() {
                return Outcome::idle("another rule is about the same addresses");
            }
            waf.block.extend(open);
            outcome.done(draft.key("waf.block"));
            outcome
        }
        (mode, _) => {
            let (action, change) = match mode {
                "whitelist" => (WafAction::Allow, None),
                mode => firewall::action(mode),
            };
            if let Some(change) = change {
                outcome.change(change);
            }
            let name = super::draft::label(&format!("{mode}-{target}-{value}"));
            firewall::add(&name, action, &condition, draft, outcome)
        }
    }
}

fn lockdown(thing: &Thing, draft: &mut Draft) -> Outcome {
    let urls = texts(&thing.value, "urls");
    let about = Condition::any(urls.iter().map(|url| page_rules::condition(url)));
    let about = about.on_host(draft.host()).map(&|leaf| match leaf {
        Condition::Text(Subject::Query, test) if *test == TextTest::is("") => Condition::Always,
        other => other.clone(),
    });
    let configurations =
        thing.value.get("configurations").and_then(Value::as_array).into_iter().flatten();
    let networks: Vec<_> =
        configurations.filter_map(|it| network(it.get("value")?.as_str()?)).collect();
    if about == Condition::Never {
        return Outcome::idle("it is about no host of the site");
    }
    let condition = Condition::all([about, Condition::Addresses(networks).negated()]);
    let name = super::draft::label(&format!("lockdown {}", thing.text("description")));
    firewall::add(&name, WafAction::Block, &condition, draft, Outcome::default())
}

fn user_agent(thing: &Thing, draft: &mut Draft) -> Outcome {
    let value =
        thing.value.pointer("/configuration/value").and_then(Value::as_str).unwrap_or_default();
    let agent = Subject::Header("user-agent".to_owned());
    let condition = Condition::Text(agent, TextTest::is(value));
    let (action, change) = firewall::action(thing.text("mode"));
    let mut outcome = Outcome::default();
    if let Some(change) = change {
        outcome.change(change);
    }
    let name = super::draft::label(&format!("agent {}", thing.text("description")));
    firewall::add(&name, action, &condition, draft, outcome)
}

fn transform(thing: &Thing, draft: &mut Draft) -> Outcome {
    let mut outcome = Outcome::default();
    match thing.id.as_str() {
        "add_true_client_ip_headers" => {
            draft.delivery.client_headers = true;
            outcome.done(draft.key("client_headers"));
        }
        "add_visitor_location_headers" => {
            draft.delivery.client_headers = true;
            outcome.done(draft.key("client_headers"));
            outcome
                .change("origins are told the country, `CF-IPCountry`, not city and coordinates");
        }
        "remove_x-powered-by_header" => {
            draft.delivery.headers.remove.push("X-Powered-By".to_owned());
            outcome.done(draft.key("headers.remove"));
        }
        "remove_visitor_ip_headers" => {
            draft.delivery.client_headers = false;
            outcome.done(draft.key("client_headers"));
        }
        "add_security_headers" => {
            let headers = &mut draft.delivery.headers;
            headers.nosniff = true;
            headers.frame_options = Some(fleet::delivery::FrameOptions::SameOrigin);
            headers.referrer_policy = Some("same-origin".to_owned());
            outcome.done(draft.key("headers"));
        }
        other => outcome.todo(format!("`{other}`: let the shop do without these headers")),
    }
    outcome
}

fn balancer(thing: &Thing, draft: &Draft) -> Outcome {
    if !draft.hosts.iter().any(|host| host.eq_ignore_ascii_case(thing.text("name"))) {
        return Outcome::idle("it is of another host");
    }
    let mut outcome = Outcome::default();
    outcome.done(draft.key("origin"));
    if draft.has_told_host {
        outcome.todo(
            "a pool tells its server another `Host`: let it answer under the shop's host, or name that \
             host as the origin",
        );
    }
    let is_steered = !matches!(thing.text("steering_policy"), "" | "off");
    if is_steered {
        outcome.change(format!(
            "the first pool answers, not the one by `{}`: let Route 53 choose behind the origin's name",
            thing.text("steering_policy")
        ));
    }
    for key in ["region_pools", "country_pools", "pop_pools"] {
        if thing.value.get(key).and_then(Value::as_object).is_some_and(|pools| !pools.is_empty()) {
            outcome
                .change(format!("`{key}`: let Route 53 choose by place behind the origin's name"));
        }
    }
    if !matches!(thing.text("session_affinity"), "" | "none") {
        outcome.todo(
            "shoppers stay with a server: let a load balancer of AWS do that behind the origin",
        );
    }
    outcome
}

/// Pools and monitors of an account; the second pool of a site's load balancer stands in for the first.
pub(super) fn of_account(account: &Account, drafts: &mut [Draft], ledger: &mut Ledger<'_>) {
    for thing in &account.others {
        let item = Item::of_thing("", key(thing.kind), thing, label(thing));
        let outcome = match thing.kind {
            Kind::Pool => pool(thing, drafts),
            _ => Outcome::manual(item.feature.how),
        };
        ledger.add(item, outcome);
    }
}

fn pool(pool: &Thing, drafts: &[Draft]) -> Outcome {
    if pool.value.get("enabled").and_then(Value::as_bool) == Some(false) {
        return Outcome::idle("it is switched off");
    }
    let addresses: BTreeSet<String> = servers(pool).collect();
    let is_used = |draft: &&Draft| {
        draft.delivery.origins.values().any(|origin| {
            let fleet::delivery::Place::Public(fleet::Origin::Http { url, .. }) = &origin.place
            else {
                return false;
            };
            let host =
                url.split("://").nth(1).unwrap_or_default().split(':').next().unwrap_or_default();
            addresses.contains(host)
                || host.starts_with(&format!("origin-{}.", super::draft::label(pool.text("name"))))
        })
    };
    let Some(draft) = drafts.iter().find(is_used) else {
        return Outcome::idle("no load balancer that was read uses it");
    };
    let mut outcome = Outcome::default();
    outcome.done(draft.key("origins"));
    if addresses.len() > 1 {
        outcome.change("its server of the greatest weight answers: weights are Route 53's");
    }
    outcome
}

fn servers(pool: &Thing) -> impl Iterator<Item = String> {
    let origins = pool.value.get("origins").and_then(Value::as_array).into_iter().flatten();
    origins.filter_map(|it| it.get("address")?.as_str().map(str::to_ascii_lowercase))
}

/// Origins of a load balancer: the first pool's is the site's, the second's stands in for it.
pub(super) fn add_failover(zone: &Zone, account: &Account, drafts: &mut [Draft]) {
    for thing in &zone.load_balancers {
        let name = thing.text("name").to_ascii_lowercase();
        let Some(draft) = drafts.iter_mut().find(|draft| draft.hosts.contains(&name)) else {
            continue;
        };
        let scheme = draft.origin.split("://").next().unwrap_or("https").to_owned();
        let Some(second) = pools(thing, account).get(1).copied() else { continue };
        let standby = endpoint(second, &scheme, zone);
        draft.origin_addresses.extend(standby.addresses);
        let label = super::draft::label(second.text("name"));
        let label = if label == "default" { "standby".to_owned() } else { label };
        draft.connection().failover = Some(label.clone());
        draft.delivery.origins.insert(label, server(&standby.url));
    }
}
