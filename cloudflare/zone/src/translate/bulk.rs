//! Bulk redirects, and lists of the account.

use serde_json::Value;

use super::draft::Draft;
use super::ledger::{Ledger, Share};
use super::redirects::{self, Aim};
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
            super::ledger::Item {
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
    let items: Vec<_> = list.items.iter().map(|(value, place)| (Item::of(value), place)).collect();
    let mut outcomes: Vec<(Outcome, String)> = items
        .iter()
        .map(|(item, _)| match &state {
            State::Off => {
                (Outcome::idle("the rule that uses the list is switched off"), String::new())
            }
            State::On | State::Assumed => one(item, drafts, matches!(state, State::Assumed)),
        })
        .collect();
    if !matches!(state, State::Off) {
        // A longer path counts before a shorter one, and an item of the host itself before one of a
        // host above it.
        let mut order: Vec<usize> = (0..items.len()).collect();
        order.sort_by_key(|index| std::cmp::Reverse(items[*index].0.path.len()));
        for is_above in [false, true] {
            for index in &order {
                let item = &items[*index].0;
                for draft in drafts.iter_mut().filter(|draft| item.is_about(draft, is_above)) {
                    outcomes[*index].0.join(item.below(draft, is_above));
                }
            }
        }
    }
    for ((item, place), (outcome, zone)) in items.into_iter().zip(outcomes) {
        ledger.add(
            super::ledger::Item {
                zone,
                feature: feature("bulk-redirect"),
                id: item.id.to_owned(),
                label: item.source.to_owned(),
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

/// An item of a list that redirects.
struct Item<'v> {
    id: &'v str,
    source: &'v str,
    host: String,
    path: String,
    target: &'v str,
    status: u16,
    keeps_query: bool,
    has_subpaths: bool,
    has_subdomains: bool,
    keeps_rest: bool,
}

impl<'v> Item<'v> {
    /// One that is of another form redirects nothing, which its verdict tells.
    fn of(value: &'v Value) -> Self {
        let redirect = &value["redirect"];
        let text = |value: &'v Value, key: &str| {
            value.get(key).and_then(Value::as_str).unwrap_or_default()
        };
        let is = |key: &str| redirect.get(key).and_then(Value::as_bool).unwrap_or(false);
        let source = text(redirect, "source_url");
        let rest = source.strip_prefix("https://").or_else(|| source.strip_prefix("http://"));
        let rest = rest.unwrap_or(source);
        let (host, path) = rest.split_at(rest.find('/').unwrap_or(rest.len()));
        let status = redirect.get("status_code").and_then(Value::as_u64).unwrap_or(301);
        Self {
            id: text(value, "id"),
            source,
            host: host.to_ascii_lowercase(),
            path: if path.is_empty() { "/" } else { path }.to_owned(),
            target: text(redirect, "target_url"),
            status: u16::try_from(status).unwrap_or(301),
            keeps_query: is("preserve_query_string"),
            has_subpaths: is("subpath_matching"),
            has_subdomains: is("include_subdomains"),
            keeps_rest: is("preserve_path_suffix"),
        }
    }

    /// Whether it is about the hosts of a site: as one of them, or as a host above one of them.
    fn is_about(&self, draft: &Draft, is_above: bool) -> bool {
        let is_below = |host: &String| {
            host.strip_suffix(self.host.as_str()).is_some_and(|it| it.ends_with('.'))
        };
        let is_own = draft.hosts.contains(&self.host);
        if is_above {
            self.has_subdomains && !is_own && draft.hosts.iter().any(is_below)
        } else {
            is_own
        }
    }

    fn aim(&self) -> Aim {
        Aim { url: self.target.to_owned(), status: self.status, keeps_query: self.keeps_query }
    }

    /// What it says of a site beside its very path: paths below it, and hosts below its own.
    fn below(&self, draft: &mut Draft, is_above: bool) -> Outcome {
        let mut outcome = Outcome::default();
        if is_above {
            self.add(&self.path, &self.aim(), redirects::one, draft, &mut outcome);
            if draft.hosts.len() > 1 {
                outcome.change(format!("it holds for all domains of `{}`", draft.name));
            }
        }
        if !self.has_subpaths {
            return outcome;
        }
        let to = if self.keeps_rest {
            format!("{}/${{1}}", self.target.trim_end_matches('/'))
        } else {
            self.target.to_owned()
        };
        let target = Aim { url: to, ..self.aim() };
        let path = format!("{}/*", self.path.trim_end_matches('/'));
        self.add(&path, &target, redirects::pattern, draft, &mut outcome);
        outcome
    }

    /// Adds a redirect, unless an item of another host of the same site leads elsewhere.
    fn add(
        &self,
        path: &str,
        aim: &Aim,
        add: fn(&str, &Aim, &mut Draft, &mut Outcome),
        draft: &mut Draft,
        outcome: &mut Outcome,
    ) {
        match draft.listed.get(path) {
            Some((host, url)) if *host != self.host && *url != aim.url => {
                let name = &draft.name;
                return outcome.todo(format!(
                    "give `{}` a site of its own: under `{host}`, which `{name}` has too, `{path}` leads \
                     elsewhere",
                    self.host
                ));
            }
            Some(_) => {}
            None => {
                let told = (self.host.clone(), aim.url.clone());
                draft.listed.insert(path.to_owned(), told);
            }
        }
        add(path, aim, draft, outcome);
    }
}

/// The redirect of the item's very path.
fn one(item: &Item<'_>, drafts: &mut [Draft], is_assumed: bool) -> (Outcome, String) {
    let mut outcome = Outcome::default();
    if is_assumed {
        outcome.change("no rule that uses the list was read: it is taken to be in force");
    }
    let Some(draft) = drafts.iter_mut().find(|draft| item.is_about(draft, false)) else {
        if drafts.iter().any(|draft| item.is_about(draft, true)) {
            return (outcome, String::new());
        }
        let host = &item.host;
        let told =
            format!("no site answers under `{host}`: save its zone too, or leave the redirect out");
        return (Outcome::manual(told), String::new());
    };
    item.add(&item.path, &item.aim(), redirects::one, draft, &mut outcome);
    if draft.hosts.len() > 1 {
        outcome.change(format!("it holds for all domains of `{}`", draft.name));
    }
    (outcome, draft.zone.clone())
}
