//! A table of an answer, whose keys are taken one by one. What is left was not understood.

use serde_json::{Map, Value};

use super::Lines;

/// Characters of a value that a comment shows.
const SHOWN: usize = 120;

/// What is left of a table.
#[derive(Debug)]
pub(crate) struct Fields {
    path: String,
    rest: Map<String, Value>,
}

impl Fields {
    /// The table at that path of the configuration; empty where the value is no table.
    pub(crate) fn new(path: impl Into<String>, value: Value) -> Self {
        let rest = if let Value::Object(rest) = value { rest } else { Map::new() };
        Self { path: path.into(), rest }
    }

    /// Where a key of the table is.
    pub(crate) fn path_of(&self, key: &str) -> String {
        if self.path.is_empty() { key.to_owned() } else { format!("{}.{key}", self.path) }
    }

    /// Takes a text; none where there is none or it is empty.
    pub(crate) fn text(&mut self, key: &str) -> Option<String> {
        match self.rest.remove(key)? {
            Value::String(text) if !text.is_empty() => Some(text),
            Value::Number(number) => Some(number.to_string()),
            Value::Bool(flag) => Some(flag.to_string()),
            _ => None,
        }
    }

    /// Takes a number; what comes from XML is text.
    pub(crate) fn number(&mut self, key: &str) -> Option<u64> {
        self.text(key)?.parse().ok()
    }

    /// Takes a flag, off where it is not there.
    pub(crate) fn flag(&mut self, key: &str) -> bool {
        self.text(key).as_deref() == Some("true")
    }

    /// Takes a table; empty where there is none.
    pub(crate) fn table(&mut self, key: &str) -> Self {
        let path = self.path_of(key);
        Self::new(path, self.rest.remove(key).unwrap_or(Value::Null))
    }

    /// A text at a path, which stays where it is.
    pub(crate) fn peek(&self, path: &[&str]) -> Option<String> {
        let (first, rest) = path.split_first()?;
        let mut value = self.rest.get(*first)?;
        for key in rest {
            value = value.get(*key)?;
        }
        match value {
            Value::String(text) => Some(text.clone()),
            Value::Bool(flag) => Some(flag.to_string()),
            Value::Number(number) => Some(number.to_string()),
            _ => None,
        }
    }

    /// Whether there is anything under a key.
    pub(crate) fn has(&self, key: &str) -> bool {
        self.rest.get(key).is_some_and(|value| !is_nothing(value))
    }

    /// Whether a key is there, whatever it says.
    pub(crate) fn has_key(&self, key: &str) -> bool {
        self.rest.contains_key(key)
    }

    /// Takes a list, which CloudFront writes as `{ Quantity, Items }`.
    pub(crate) fn items(&mut self, key: &str) -> Vec<Value> {
        match self.table(key).rest.remove("Items") {
            Some(Value::Array(items)) => items,
            _ => Vec::new(),
        }
    }

    /// Takes a list of texts.
    pub(crate) fn texts(&mut self, key: &str) -> Vec<String> {
        self.table(key).own_items()
    }

    /// Takes the texts of a table that is a list, and has other keys beside them.
    pub(crate) fn own_items(&mut self) -> Vec<String> {
        let Some(Value::Array(items)) = self.rest.remove("Items") else { return Vec::new() };
        let text = |item: Value| match item {
            Value::String(text) => Some(text),
            Value::Number(number) => Some(number.to_string()),
            _ => None,
        };
        items.into_iter().filter_map(text).collect()
    }

    /// Takes a list of tables, each named by one of its keys.
    pub(crate) fn tables(&mut self, key: &str, named_by: &str) -> Vec<Self> {
        let path = self.path_of(key);
        let table = |item: Value| {
            let name = item.get(named_by).map(|name| match name {
                Value::String(name) => name.clone(),
                other => other.to_string(),
            });
            Self::new(format!("{path}[{}]", name.unwrap_or_default()), item)
        };
        self.items(key).into_iter().map(table).collect()
    }

    /// Takes what means nothing to a fleet: a count, a name that is made anew.
    pub(crate) fn skip(&mut self, keys: &[&str]) {
        for key in keys {
            self.rest.remove(*key);
        }
    }

    /// Tells all that is left and is not nothing.
    pub(crate) fn left(self, lines: &mut Lines) {
        for (key, value) in &self.rest {
            if key != "Quantity" && !is_nothing(value) {
                lines.not_imported(format!("{} = {}", self.path_of(key), shown(value)));
            }
        }
    }
}

/// Whether a value says no more than that something is not there.
fn is_nothing(value: &Value) -> bool {
    match value {
        Value::Null | Value::Bool(false) => true,
        Value::Bool(true) => false,
        Value::Number(number) => number.as_u64() == Some(0),
        Value::String(text) => matches!(text.as_str(), "" | "0" | "false"),
        Value::Array(items) => items.is_empty(),
        Value::Object(table) => {
            // What is switched off, and an empty list whatever else it says.
            let is_off = |key: &str| table.get(key).is_some_and(is_nothing);
            is_off("Enabled") || is_off("Quantity") || table.values().all(is_nothing)
        }
    }
}

fn shown(value: &Value) -> String {
    let text = value.to_string();
    if text.chars().count() <= SHOWN {
        return text;
    }
    let kept: String = text.chars().take(SHOWN).collect();
    format!("{kept}…")
}
