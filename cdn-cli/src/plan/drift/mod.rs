//! What somebody changed past the deploys: live against applied, and both against desired. Pure.
//!
//! ```text
//! applied template, live properties -> the template as it would read now     overlay
//!   (what functions came to: resolve; what AWS fills in: defaults)
//! applied, live    -> what was changed by hand, field by field, as in a plan
//! live, desired    -> whether the fleet file wants it so by now
//! ```

mod defaults;
mod overlay;
mod resolve;
mod shared;
mod text;

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::references::Exports;
use super::{Change, Deployed, Desired, SITE_TAG, SitePairs};
use defaults::is_default;
use overlay::overlay;
pub(crate) use resolve::{References, exported, is_function};
use shared::{Shared, is_looked_through};
pub(crate) use text::{note, render};

/// Where the stacks that are looked at are.
const REGION: &str = "us-east-1";

/// What AWS says of the resources of a stack, by their names in the template.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct LiveStack {
    /// AWS's own names, as far as they are needed.
    pub(crate) ids: BTreeMap<String, String>,
    /// The properties of those that were looked at; `None` where a resource is gone.
    pub(crate) resources: BTreeMap<String, Option<Value>>,
    /// What the viewer function knows of the site; `None` where that was not looked at.
    #[serde(default)]
    pub(crate) pairs: Option<BTreeMap<String, String>>,
}

/// How a stack differs from what was applied.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(crate) struct Drift {
    /// The stack.
    pub(crate) stack: String,
    /// The site it is the stack of; `None` for what sites share.
    pub(crate) site: Option<String>,
    /// Whether the whole stack is gone.
    pub(crate) is_gone: bool,
    /// What was changed.
    pub(crate) changes: Vec<ByHand>,
}

/// A change that no deploy made.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(crate) struct ByHand {
    /// From what was applied to what is live.
    #[serde(flatten)]
    pub(crate) change: Change,
    /// Whether the fleet file wants what is live.
    pub(crate) is_wanted: bool,
    /// Whether the deploy that is planned writes over it.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub(crate) is_overwritten: bool,
}

/// The stacks that differ from what was applied; `live` are those that were looked at.
pub(crate) fn drift(
    deployed: &BTreeMap<String, Deployed>,
    live: &BTreeMap<String, LiveStack>,
    account: &str,
    desired: &[Desired],
) -> Vec<Drift> {
    let exports = exported(deployed);
    let now = |stack: &Deployed| {
        let live = live.get(&stack.name)?;
        let references = References { stack, ids: &live.ids, exports: &exports, account };
        Some((stack.name.clone(), as_it_is(&stack.template, live, &references)))
    };
    let now: BTreeMap<String, Value> = deployed.values().filter_map(now).collect();
    let shared = Shared::of(deployed, &now);
    let applied = deployed.values().map(|stack| (stack.name.as_str(), &stack.template));
    let (before, after) = (Exports::of(applied), shared.live(deployed));
    let wanted = Exports::of(desired.iter().map(|stack| (stack.name.as_str(), &stack.template)));

    let mut found = Vec::new();
    for (name, template) in &now {
        let Some(stack) = deployed.get(name).filter(|stack| !is_looked_through(stack)) else {
            continue;
        };
        let template = shared.with_live_references(template);
        let applied = as_applied(&stack.template, live.get(name));
        let differences = super::diff::changes((&applied, &before), (&template, &after));
        if differences.is_empty() {
            continue;
        }
        let left = desired
            .iter()
            .find(|it| it.name == *name)
            .map(|desired| super::diff::changes((&template, &after), (&desired.template, &wanted)));
        let by_hand = |change: Change| ByHand {
            is_wanted: left
                .as_ref()
                .is_some_and(|left| !left.iter().any(|it| touches(it, &change))),
            change: masked(change),
            is_overwritten: false,
        };
        let changes = differences.into_iter().map(by_hand).collect();
        let site = stack.tags.get(SITE_TAG).cloned();
        found.push(Drift { stack: name.clone(), site, is_gone: false, changes });
    }
    found
}

/// What was applied. Of a store, in which there are pairs that no deploy wrote, it was none of them.
fn as_applied(template: &Value, live: Option<&LiveStack>) -> Value {
    let mut template = template.clone();
    if live.is_some_and(|live| live.pairs.is_some()) {
        SitePairs::none_of_its_own(&mut template);
    }
    template
}

/// A template with what is live in the place of what was applied.
pub(crate) fn as_it_is(template: &Value, live: &LiveStack, references: &References<'_>) -> Value {
    let mut now = as_applied(template, Some(live));
    if let Some(pairs) = &live.pairs {
        SitePairs::put(&mut now, pairs);
    }
    let Some(resources) = now.get_mut("Resources").and_then(Value::as_object_mut) else {
        return now;
    };
    for (name, properties) in &live.resources {
        let Some(properties) = properties else {
            resources.remove(name);
            continue;
        };
        let applied = resources.get_mut(name).and_then(|resource| resource.get_mut("Properties"));
        if let (Some(Value::Object(applied)), Value::Object(live)) = (applied, properties) {
            // What is not answered was not asked for: tags and the like.
            for (key, live) in live {
                if let Some(applied) = applied.get_mut(key) {
                    *applied = overlay(key, applied, live, references);
                } else if !is_default(key, live) {
                    applied.insert(key.clone(), live.clone());
                }
            }
        }
    }
    now
}

/// The keys under which two tables differ, and which of them lack.
pub(crate) fn differing_keys(one: &Value, other: &Value) -> Vec<String> {
    let keys = |table: &Value| -> BTreeSet<String> {
        table.as_object().into_iter().flatten().map(|(key, _)| key.clone()).collect()
    };
    let all = keys(one).into_iter().chain(keys(other)).collect::<BTreeSet<_>>();
    all.into_iter().filter(|key| one.get(key) != other.get(key)).collect()
}

/// Whether one change is about the other's field, a part of it, or what it is a part of.
fn touches(one: &Change, other: &Change) -> bool {
    let is_part = |whole: &str, part: &str| {
        part.strip_prefix(whole)
            .is_some_and(|rest| rest.is_empty() || rest.starts_with(['.', '[', ' ']))
    };
    one.resource == other.resource
        && (one.field.is_empty()
            || is_part(&one.field, &other.field)
            || is_part(&other.field, &one.field))
}

/// What stands in the place of a secret.
const MASK: &str = "****";

/// A change without the values of headers that origins are sent: they may be secrets.
fn masked(mut change: Change) -> Change {
    for value in [&mut change.before, &mut change.after].into_iter().flatten() {
        if change.field.ends_with(".HeaderValue") {
            *value = MASK.into();
        }
        mask(value);
    }
    change
}

fn mask(value: &mut Value) {
    match value {
        Value::Object(map) => {
            for (key, inner) in map {
                if key == "HeaderValue" {
                    *inner = MASK.into();
                }
                mask(inner);
            }
        }
        Value::Array(items) => items.iter_mut().for_each(mask),
        _ => {}
    }
}

#[cfg(test)]
mod tests;
