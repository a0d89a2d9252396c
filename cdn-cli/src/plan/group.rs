//! The same change on many sites, told once.

use std::collections::BTreeMap;

use serde::Serialize;
use serde_json::Value;

use super::{Action, Change, Risk};

/// A change, and the sites on which it is the same.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(crate) struct Group {
    /// The change as it is on the first of them.
    pub(crate) change: Change,
    /// The sites, in the order of the plan; of what sites share, the stacks.
    pub(crate) sites: Vec<String>,
}

/// The changes of some actions, the riskiest first, then those of most sites. A value that names
/// its site is the same on all sites.
pub(crate) fn groups<'a>(actions: impl Iterator<Item = &'a Action>) -> Vec<Group> {
    let mut groups: BTreeMap<Key, Group> = BTreeMap::new();
    for action in actions {
        let owner = action.site.as_ref().unwrap_or(&action.stack);
        for change in &action.changes {
            let group = groups
                .entry(key(change, owner))
                .or_insert_with(|| Group { change: change.clone(), sites: Vec::new() });
            if group.sites.last() != Some(owner) {
                group.sites.push(owner.clone());
            }
        }
    }
    let mut groups: Vec<Group> = groups.into_values().collect();
    groups.sort_by_key(|group| std::cmp::Reverse((group.change.risk, group.sites.len())));
    groups
}

type Key = (Risk, String, String, String, String);

fn key(change: &Change, owner: &str) -> Key {
    let text = |value: &Option<Value>| {
        value.as_ref().map(Value::to_string).unwrap_or_default().replace(owner, "{site}")
    };
    (
        change.risk,
        change.kind.clone(),
        change.field.replace(owner, "{site}"),
        text(&change.before),
        text(&change.after),
    )
}
