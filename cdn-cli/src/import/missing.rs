//! What is still to be asked for.

use std::collections::BTreeSet;

use serde_json::{Map, Value};

use super::documents::{Documents, PolicyKind};
use super::{caches, requests};

impl Documents {
    /// What the distributions name, is not at hand and not AWS's own.
    pub(crate) fn missing(&self) -> BTreeSet<(PolicyKind, String)> {
        let mut found = BTreeSet::new();
        for distribution in &self.distributions {
            named(&distribution.config, &mut found);
        }
        found.retain(|(kind, id)| {
            let is_known = match kind {
                PolicyKind::Cache => caches::is_managed(id),
                PolicyKind::OriginRequest => requests::is_managed(id),
                PolicyKind::ResponseHeaders | PolicyKind::VpcOrigin => false,
            };
            !is_known && self.policy(*kind, id).is_none()
        });
        found
    }
}

/// Every id under a key that names something, wherever it stands.
fn named(value: &Value, found: &mut BTreeSet<(PolicyKind, String)>) {
    match value {
        Value::Array(items) => items.iter().for_each(|item| named(item, found)),
        Value::Object(table) => {
            for (kind, key, ..) in PolicyKind::ALL {
                found.extend(id_under(table, key).map(|id| (kind, id)));
            }
            table.values().for_each(|value| named(value, found));
        }
        _ => {}
    }
}

fn id_under(table: &Map<String, Value>, key: &str) -> Option<String> {
    table.get(key).and_then(Value::as_str).filter(|id| !id.is_empty()).map(str::to_owned)
}
