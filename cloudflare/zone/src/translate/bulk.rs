//! Bulk redirects, and lists of the account.

use serde_json::Value;

use super::draft::Draft;
use super::ledger::{Item, Ledger, Share};
use super::redirects::{self, Target};
use crate::action::Action;
use crate::feature::feature;
use crate::phase::Phase;
use crate::verdict::Outcome;
use crate::zone::{Account, List, Rule};

/// A rule of an account.
pub(super) fn rule(phase: Phase, rule: &Rule, account: &Account) -> Outcome {
    if !rule.is_enabled {
        return Outcome::idle("it is switched off");
    }
    match &rule.action {
        Action::BulkRedirect { list, .. } if account.list(list).is_some() => {
            Outcome::idle(format!("the items of the list `{list}` have verdicts of their own"))
        }
        Action::BulkRedirect { list, .. } => Outcome::manual(format!(
            "save the items of the list `{list}` too: rules/lists and rules/lists/ID/items"
        )),
        _ => Outcome::manual(format!(
            "a rule of the account in the phase {}: repeat it for each site by hand",
            phase.name()
        )),
    }
}

/// A list of an account: redirects item by item, others as a whole.
pub(super) fn list(list: &List, account: &Account, drafts: &mut [Draft], ledger: &mut Ledger<'_>) {
    let is_redirects =
        list.kind == "redirect" || list.items.iter().any(|(it, _)| it.get("redirect").is_some());
    if !is_redirects {
        let mut outcome = Outcome::default();
        outcome.ignore("rules that name it have its items written out");
        let Some((_, place)) = list.items.first() else { return };
        ledger.add(
            Item {
                zone: String::new(),
                feature: feature("list"),
                id: list.id.clone(),
                label: format!("${} ({} items)", list.name, list.items.len()),
                place: place.clone(),
                share: Share::None,
            },
            outcome,
        );
        return;
    }
    let state = state(list, account);
    for (value, place) in &list.items {
        let source =
            value.pointer("/redirect/source_url").and_then(Value::as_str).unwrap_or_default();
        let (outcome, zone) = match &state {
            State::Off => {
                (Outcome::idle("the rule that uses the list is switched off"), String::new())
            }
            State::On | State::Assumed => {
                item(value, source, drafts, matches!(state, State::Assumed))
            }
        };
        ledger.add(
            Item {
                zone,
                feature: feature("bulk-redirect"),
                id: value.get("id").and_then(Value::as_str).unwrap_or_default().to_owned(),
                label: source.to_owned(),
                place: place.clone(),
                share: Share::None,
            },
            outcome,
        );
    }
}

/// Whether a list redirects.
enum State {
    On,
    Off,
    /// No rule was read that uses it.
    Assumed,
}

fn state(list: &List, account: &Account) -> State {
    let rules = account.phases.values().flatten();
    let mut uses = rules.filter(|rule| {
        matches!(&rule.action, Action::BulkRedirect { list: name, .. } if *name == list.name)
    });
    match (uses.clone().any(|rule| rule.is_enabled), uses.next()) {
        (true, _) => State::On,
        (false, Some(_)) => State::Off,
        (false, None) => State::Assumed,
    }
}

fn item(value: &Value, source: &str, drafts: &mut [Draft], is_assumed: bool) -> (Outcome, String) {
    let redirect = &value["redirect"];
    let rest = source
        .strip_prefix("https://")
        .or_else(|| source.strip_prefix("http://"))
        .unwrap_or(source);
    let (host, path) = match rest.find('/') {
        Some(at) => (rest[..at].to_ascii_lowercase(), rest[at..].to_owned()),
        None => (rest.to_ascii_lowercase(), "/".to_owned()),
    };
    let is = |key: &str| redirect[key].as_bool().unwrap_or(false);
    let Some(draft) = drafts.iter_mut().find(|draft| draft.hosts.contains(&host)) else {
        let told =
            format!("no site answers under `{host}`: save its zone too, or leave the redirect out");
        return (Outcome::manual(told), String::new());
    };
    let mut outcome = Outcome::default();
    let status = redirect["status_code"].as_u64().unwrap_or(301);
    let target = Target {
        url: redirect["target_url"].as_str().unwrap_or_default().to_owned(),
        status: u16::try_from(status).unwrap_or(301),
        keeps_query: is("preserve_query_string"),
    };
    redirects::one(&path, &target, draft, &mut outcome);
    if is("subpath_matching") {
        outcome.todo(format!(
            "list what is below `{path}` and in use: `redirects` are of single paths"
        ));
    }
    if is("include_subdomains") && draft.hosts.len() == 1 {
        outcome.todo(format!("repeat it for the subdomains of `{host}` that are in use"));
    }
    if draft.hosts.len() > 1 {
        outcome.change(format!("it holds for all domains of `{}`", draft.name));
    }
    if is_assumed {
        outcome.change("no rule that uses the list was read: it is taken to be in force");
    }
    (outcome, draft.zone.clone())
}
