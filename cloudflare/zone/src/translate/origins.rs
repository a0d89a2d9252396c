//! Origin rules.

use serde_json::Value;

use super::caching::apply;
use super::draft::{Applied, Change, Draft};
use super::hosts::is_domain;
use super::page_rules::override_host;
use crate::action::Action;
use crate::verdict::Outcome;

/// What an origin rule says of paths.
pub(super) fn rule(rule: &Applied<'_>, draft: &mut Draft) -> Outcome {
    let Action::Route(route) = &rule.rule.action else {
        return Outcome::manual("its action is none of origin rules");
    };
    let mut outcome = Outcome::default();
    let mut changes = Vec::new();
    let (scheme, own) = draft.origin.split_once("://").unwrap_or(("https", ""));
    let own = own.split(':').next().unwrap_or_default().to_owned();
    if let Some(origin) = &route.origin {
        let host = origin.host.clone().unwrap_or_else(|| own.clone());
        if !is_domain(&host) {
            return Outcome::manual(format!(
                "`{host}` is no host that can be an origin: give it a name"
            ));
        }
        if origin.host.is_some() {
            changes.push(Change::Origin(format!("{scheme}://{host}")));
        }
        changes.extend(origin.port.map(Change::Port));
    }
    if let Some(host) = &route.host_header {
        override_host(host, &mut changes, draft, &mut outcome);
    }
    let sni = route.sni.as_ref().and_then(|sni| sni.get("value")).and_then(Value::as_str);
    let host = changes.iter().find_map(|change| match change {
        Change::Origin(url) => url.split("://").nth(1)?.split(':').next().map(str::to_owned),
        _ => None,
    });
    let host = host.unwrap_or(own);
    if let Some(sni) = sni.filter(|sni| *sni != host) {
        outcome.change(format!("the TLS handshake names {host}, not {sni}"));
    }
    for name in route.others.keys() {
        outcome.todo(format!("look at `{name}` by hand: it is not known here"));
    }
    apply(rule, changes, draft, outcome)
}
