//! Two templates, field by field.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value};

use super::Change;
use super::references::Exports;
use super::risk::risk;

/// Keys by which the entries of a list are told apart, so that an entry that moved or was put in
/// is not every later entry changed.
const IDENTITIES: [&str; 10] = [
    "PathPattern",
    "Id",
    "Header",
    "HeaderName",
    "ErrorCode",
    "Name",
    "Key",
    "Sid",
    "OriginId",
    "EventType",
];

/// Everything in which one template differs from another. What a reference leads to is compared
/// in its place: `before` and `after` know the shared objects of their side.
pub(crate) fn changes(
    before: (&Value, &Exports<'_>),
    after: (&Value, &Exports<'_>),
) -> Vec<Change> {
    let (old, new) = (section(before.0, "Resources"), section(after.0, "Resources"));
    let names: BTreeSet<&String> = old.keys().chain(new.keys()).collect();
    let mut found = Vec::new();
    for name in names {
        let (old, new) = (old.get(name), new.get(name));
        let kind = |resource: Option<&Value>| resource?.get("Type")?.as_str().map(str::to_owned);
        let mut place = Place {
            resource: name,
            kind: kind(new).or_else(|| kind(old)).unwrap_or_default(),
            exports: (before.1, after.1),
            found: &mut found,
        };
        match (old, new) {
            (Some(old), Some(new)) => place.resources(old, new),
            (old, new) => place.note("", old, new),
        }
    }
    let data = |template: &Value| template.get("Metadata").cloned().unwrap_or_default();
    let mut place = Place {
        resource: "",
        kind: "Metadata".to_owned(),
        exports: (before.1, after.1),
        found: &mut found,
    };
    place.compare("", &data(before.0), &data(after.0));
    outputs(before.0, after.0, &mut found);
    found
}

/// What else a template can differ in than its resources, as one change each.
fn outputs(before: &Value, after: &Value, found: &mut Vec<Change>) {
    for key in ["Parameters", "Outputs", "Conditions", "Mappings"] {
        let (old, new) = (section(before, key), section(after, key));
        let names: BTreeSet<&String> = old.keys().chain(new.keys()).collect();
        for name in names.into_iter().filter(|name| old.get(*name) != new.get(*name)) {
            found.push(Change {
                resource: String::new(),
                kind: key.to_owned(),
                field: name.clone(),
                before: old.get(name).cloned(),
                after: new.get(name).cloned(),
                risk: super::Risk::Safe,
            });
        }
    }
}

fn section<'t>(template: &'t Value, key: &str) -> &'t Map<String, Value> {
    static EMPTY: std::sync::LazyLock<Map<String, Value>> = std::sync::LazyLock::new(Map::new);
    template.get(key).and_then(Value::as_object).unwrap_or(&EMPTY)
}

/// Where a comparison is.
struct Place<'a, 'e> {
    resource: &'a str,
    kind: String,
    exports: (&'e Exports<'e>, &'e Exports<'e>),
    found: &'a mut Vec<Change>,
}

impl Place<'_, '_> {
    fn resources(&mut self, old: &Value, new: &Value) {
        if old.get("Type") != new.get("Type") {
            return self.note("", Some(old), Some(new));
        }
        let null = Value::Null;
        let part = |resource, key| Value::get(resource, key).unwrap_or(&null).clone();
        self.compare("", &part(old, "Properties"), &part(new, "Properties"));
        for key in ["DeletionPolicy", "UpdateReplacePolicy", "DependsOn", "Condition"] {
            self.compare(key, &part(old, key), &part(new, key));
        }
    }

    fn compare(&mut self, field: &str, old: &Value, new: &Value) {
        if old == new {
            return;
        }
        match (old, new) {
            (Value::Object(old_map), Value::Object(new_map)) => {
                match (self.exports.0.behind(old), self.exports.1.behind(new)) {
                    (Some(old), Some(new)) => self.compare(field, &old, &new),
                    _ if is_intrinsic(old_map) || is_intrinsic(new_map) => {
                        self.note(field, Some(old), Some(new));
                    }
                    _ => self.maps(field, old_map, new_map),
                }
            }
            (Value::Array(old), Value::Array(new)) => self.lists(field, old, new),
            (Value::Null, new) => self.note(field, None, Some(new)),
            (old, Value::Null) => self.note(field, Some(old), None),
            (old, new) => self.note(field, Some(old), Some(new)),
        }
    }

    fn maps(&mut self, field: &str, old: &Map<String, Value>, new: &Map<String, Value>) {
        let null = Value::Null;
        let keys: BTreeSet<&String> = old.keys().chain(new.keys()).collect();
        for key in keys {
            let below = if field.is_empty() { key.clone() } else { format!("{field}.{key}") };
            self.compare(&below, old.get(key).unwrap_or(&null), new.get(key).unwrap_or(&null));
        }
    }

    fn lists(&mut self, field: &str, old: &[Value], new: &[Value]) {
        let (Some(old_entries), Some(new_entries)) = (by_identity(old), by_identity(new)) else {
            let (old, new) = (Value::from(old), Value::from(new));
            return self.note(field, Some(&old), Some(&new));
        };
        let null = Value::Null;
        let keys: BTreeSet<&String> = old_entries.keys().chain(new_entries.keys()).collect();
        for key in keys {
            let entry = |entries: &BTreeMap<String, (usize, &Value)>| {
                entries.get(key).map_or(&null, |(_, value)| value).clone()
            };
            self.compare(&format!("{field}[{key}]"), &entry(&old_entries), &entry(&new_entries));
        }
        self.order(field, &old_entries, &new_entries);
    }

    /// Notes that entries which both have stand in another order.
    fn order(
        &mut self,
        field: &str,
        old: &BTreeMap<String, (usize, &Value)>,
        new: &BTreeMap<String, (usize, &Value)>,
    ) {
        let in_order = |entries: &BTreeMap<String, (usize, &Value)>| {
            let mut both: Vec<(usize, String)> = entries
                .iter()
                .filter(|(key, _)| old.contains_key(*key) && new.contains_key(*key))
                .map(|(key, (place, _))| (*place, key.clone()))
                .collect();
            both.sort_unstable();
            both.into_iter().map(|(_, key)| Value::from(key)).collect::<Vec<_>>()
        };
        let (old, new) = (Value::from(in_order(old)), Value::from(in_order(new)));
        if old != new {
            self.note(&format!("{field} (order)"), Some(&old), Some(&new));
        }
    }

    fn note(&mut self, field: &str, before: Option<&Value>, after: Option<&Value>) {
        self.found.push(Change {
            resource: self.resource.to_owned(),
            kind: self.kind.clone(),
            field: field.to_owned(),
            before: before.cloned(),
            after: after.cloned(),
            risk: risk(&self.kind, field, (before, after)),
        });
    }
}

/// Whether a map is one of CloudFormation's functions: `{ "Ref": … }`, `{ "Fn::Sub": … }`.
fn is_intrinsic(map: &Map<String, Value>) -> bool {
    map.len() == 1 && map.keys().all(|key| key == "Ref" || key.starts_with("Fn::"))
}

/// The entries of a list by what tells them apart, with their places; `None` where nothing does.
fn by_identity(list: &[Value]) -> Option<BTreeMap<String, (usize, &Value)>> {
    let key = IDENTITIES
        .iter()
        .find(|key| !list.is_empty() && list.iter().all(|entry| entry.get(*key).is_some()));
    let mut entries = BTreeMap::new();
    for (place, entry) in list.iter().enumerate() {
        let name = match key {
            Some(key) => text(entry.get(*key)?),
            // A set of words: aliases, methods, locations.
            None if entry.is_string() => text(entry),
            None => return None,
        };
        if entries.insert(name, (place, entry)).is_some() {
            return None;
        }
    }
    Some(entries)
}

fn text(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

#[cfg(test)]
mod tests;
