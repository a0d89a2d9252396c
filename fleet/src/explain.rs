//! Where the values of a site come from.

use serde::{Deserialize as _, Serialize};
use serde_json::Value;
use toml::Spanned;
use toml::de::{DeTable, DeValue, ValueDeserializer};

use crate::file::FleetError;
use crate::files::FleetFiles;
use crate::layers::{Layer, Layers, Table};
use crate::problem::{closest, is_secret};
use crate::sources::{FilePlace, Sources};
use crate::stack::Stack;
use crate::written::MASK;

/// Where a value of a site comes from.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Provenance {
    /// The key, as a file would have it: `headers.hsts.max_age`.
    pub key: String,
    /// The value; `null` is what is left out. Secrets are masked.
    pub value: Value,
    /// The layer that has the last word.
    pub layer: Layer,
    /// Where the value stands; none where no file says it.
    pub place: Option<FilePlace>,
    /// What lower layers say, the highest first.
    pub overrode: Vec<Overridden>,
}

/// What a higher layer outranks.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Overridden {
    /// The value; secrets are masked.
    pub value: Value,
    /// The layer.
    pub layer: Layer,
    /// Where it stands.
    pub place: FilePlace,
}

/// Why nothing can be explained.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ExplainError {
    /// The files cannot be used.
    #[error(transparent)]
    Fleet(#[from] FleetError),
    /// A site has no such key.
    #[error("a site has no key `{key}`")]
    UnknownKey {
        /// The key.
        key: String,
        /// What to write instead.
        hint: String,
    },
    /// There is no such site.
    #[error("there is no site `{site}`")]
    UnknownSite {
        /// The name.
        site: String,
        /// What to write instead.
        hint: String,
    },
}

impl FleetFiles {
    /// Says where the value under a key of a site comes from; of a table, where each value below it
    /// does. Keys with other characters than letters, digits, `-` and `_` are quoted, as in a file:
    /// `behaviors."/cart*".cache`. The empty key is the whole site.
    ///
    /// # Errors
    /// [`ExplainError`].
    pub fn explain(&self, site: &str, key: &str) -> Result<Vec<Provenance>, ExplainError> {
        let fleet = self.fleet()?;
        let Some(found) = fleet.site(site) else {
            let known = fleet.sites.iter().map(|site| site.name.as_str());
            let hint = closest(site, known, "sites");
            return Err(ExplainError::UnknownSite { site: site.to_owned(), hint });
        };
        let path = split_key(key);
        let written = Value::Object(found.written());
        let value = value_at(&written, &path).ok_or_else(|| unknown_key(key, &written, &path))?;
        let layers = Layers::read(self, &mut Vec::new());
        let table = layers.sites.iter().find(|table| name_of(table) == Some(site));
        let Some(table) = table else { return Ok(Vec::new()) };
        let stack = Stack::of(table, &layers, &mut Vec::new());
        let mut leaves = Vec::new();
        collect(value, path, &mut leaves);
        Ok(leaves
            .into_iter()
            .map(|(path, value)| explained(&path, value, &stack, &self.sources))
            .collect())
    }
}

fn name_of<'a>(table: &'a Table<'_>) -> Option<&'a str> {
    table.get_ref().get("name")?.get_ref().as_str()
}

/// The parts of a dotted key; what TOML does not read as one is split at its dots.
fn split_key(key: &str) -> Vec<String> {
    if key.is_empty() {
        return Vec::new();
    }
    let statement = format!("{key} = 0");
    let Ok(root) = DeTable::parse(&statement) else {
        return key.split('.').map(str::to_owned).collect();
    };
    let mut path = Vec::new();
    let mut table = root.into_inner();
    while let Some((key, value)) = table.into_iter().next() {
        path.push(key.into_inner().into_owned());
        match value.into_inner() {
            DeValue::Table(inner) => table = inner,
            _ => break,
        }
    }
    path
}

fn value_at<'v>(root: &'v Value, path: &[String]) -> Option<&'v Value> {
    path.iter().try_fold(root, |value, key| match value {
        Value::Object(table) => table.get(key),
        Value::Array(items) => items.get(key.parse::<usize>().ok()?),
        _ => None,
    })
}

/// The key of the table that is still known, and what it has.
fn unknown_key(key: &str, root: &Value, path: &[String]) -> ExplainError {
    let known = (0..path.len()).rev().find_map(|length| {
        value_at(root, &path[..length]).map(|around| (around, path[length].as_str()))
    });
    let hint = match known {
        Some((Value::Object(table), wrong)) if !table.is_empty() => {
            closest(wrong, table.keys().map(String::as_str), "keys")
        }
        _ => "nothing is below it".to_owned(),
    };
    ExplainError::UnknownKey { key: key.to_owned(), hint }
}

/// The values below a value that are no tables themselves; an empty table is one.
fn collect<'v>(value: &'v Value, path: Vec<String>, leaves: &mut Vec<(Vec<String>, &'v Value)>) {
    match value {
        Value::Object(table) if !table.is_empty() => {
            for (key, inner) in table {
                let mut path = path.clone();
                path.push(key.clone());
                collect(inner, path, leaves);
            }
        }
        leaf => leaves.push((path, leaf)),
    }
}

fn explained(path: &[String], value: &Value, stack: &Stack<'_>, sources: &Sources) -> Provenance {
    let names: Vec<_> = path.iter().map(String::as_str).collect();
    let mut said: Vec<_> = stack
        .layers
        .iter()
        .rev()
        .filter_map(|(layer, table)| Some((layer.clone(), written_at(table.get_ref(), &names)?)))
        .collect();
    // What no layer has the last word on is in none: an origin in another place took it out.
    let merged = written_at(stack.merged.get_ref(), &names).map(Spanned::span);
    let winner = said.iter().position(|(_, value)| Some(value.span()) == merged);
    let lower = winner.map_or_else(Vec::new, |winner| said.split_off(winner + 1));
    let place = winner.and_then(|_| said.pop());
    let is_hidden = is_secret(&names);
    let overrode = lower.into_iter().map(|(layer, value)| {
        let place = sources.place(value.span().start);
        let value = if is_hidden { MASK.into() } else { data(value) };
        Overridden { value, layer, place }
    });
    Provenance {
        key: joined(&names),
        value: value.clone(),
        overrode: overrode.collect(),
        place: place.as_ref().map(|(_, value)| sources.place(value.span().start)),
        layer: place.map_or(Layer::BuiltIn, |(layer, _)| layer),
    }
}

/// A value of a file as data.
fn data(value: &Spanned<DeValue<'_>>) -> Value {
    // Every value of TOML is one of JSON, but for numbers that are none.
    Value::deserialize(ValueDeserializer::from(value.clone())).unwrap_or_default()
}

/// What a layer says about a key: under it, or in short above it (`"/old" = "/new"`).
fn written_at<'a, 't>(table: &'a DeTable<'t>, path: &[&str]) -> Option<&'a Spanned<DeValue<'t>>> {
    let (first, rest) = path.split_first()?;
    let mut value = table.get(*first)?;
    for key in rest {
        match value.get_ref() {
            DeValue::Table(inner) => value = inner.get(*key)?,
            DeValue::Array(items) => value = items.get(key.parse::<usize>().ok()?)?,
            _ => break,
        }
    }
    Some(value)
}

/// A dotted key, quoted where TOML wants it so.
fn joined(path: &[&str]) -> String {
    let is_bare = |key: &str| {
        !key.is_empty() && key.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_')
    };
    let parts = path
        .iter()
        .map(|key| if is_bare(key) { (*key).to_owned() } else { Value::from(*key).to_string() });
    parts.collect::<Vec<_>>().join(".")
}
