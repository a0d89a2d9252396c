//! A new import beside a file that people changed: three texts become one.
//!
//! What was imported last is the base. Where Cloudflare changed something since, the file follows,
//! unless people changed the same: then theirs stays, and the conflict is told. Comments stay.

use toml_edit::{DocumentMut, Item, Table, TableLike, Value};

/// A merged file.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Merged {
    /// The file.
    pub text: String,
    /// Keys that follow Cloudflare, as `sites.shop.waf.rules`.
    pub changed: Vec<String>,
    /// Keys that both changed; the file's values stay.
    pub conflicts: Vec<Conflict>,
}

/// A key that Cloudflare and people changed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Conflict {
    /// The key.
    pub key: String,
    /// What the new import says; none where it says nothing any more.
    pub imported: Option<String>,
}

/// Merges `new`, an import, into `own`, the file that people changed since the import `base`.
///
/// # Errors
/// What is wrong with a text that is no TOML.
pub fn merge(base: &str, own: &str, new: &str) -> Result<Merged, toml_edit::TomlError> {
    let (base, new): (DocumentMut, DocumentMut) = (base.parse()?, new.parse()?);
    let mut document: DocumentMut = own.parse()?;
    let mut merged = Merged::default();
    tables(base.as_table(), document.as_table_mut(), new.as_table(), "", &mut merged);
    merged.text = document.to_string();
    Ok(merged)
}

fn tables(
    base: &dyn TableLike,
    own: &mut dyn TableLike,
    new: &dyn TableLike,
    path: &str,
    merged: &mut Merged,
) {
    let mut keys: Vec<String> =
        base.iter().chain(new.iter()).map(|(key, _)| key.to_owned()).collect();
    keys.sort();
    keys.dedup();
    for key in keys {
        let path = if path.is_empty() { key.clone() } else { format!("{path}.{key}") };
        one(&key, base.get(&key), own, new.get(&key), &path, merged);
    }
}

fn one(
    key: &str,
    base: Option<&Item>,
    own: &mut dyn TableLike,
    new: Option<&Item>,
    path: &str,
    merged: &mut Merged,
) {
    if key == "sites" && sites(base, own, new, merged) {
        return;
    }
    if same(base, new) || same(own.get(key), new) {
        return;
    }
    let is_untouched = same(own.get(key), base);
    if !is_untouched
        && let (Some(base), Some(new)) =
            (base.and_then(Item::as_table_like), new.and_then(Item::as_table_like))
        && let Some(own) = own.get_mut(key).and_then(Item::as_table_like_mut)
    {
        return tables(base, own, new, path, merged);
    }
    if !is_untouched {
        let imported = new.map(|item| item.to_string().trim().to_owned());
        merged.conflicts.push(Conflict { key: path.to_owned(), imported });
        return;
    }
    // A table that people left as it was is changed key by key, so that its place stays.
    if let (Some(base), Some(new)) =
        (base.and_then(Item::as_table_like), new.and_then(Item::as_table_like))
        && let Some(own) = own.get_mut(key).and_then(Item::as_table_like_mut)
    {
        return tables(base, own, new, path, merged);
    }
    merged.changed.push(path.to_owned());
    match new {
        Some(new) => drop(own.insert(key, new.clone())),
        None => drop(own.remove(key)),
    }
}

/// The sites of all three, by name.
fn sites(
    base: Option<&Item>,
    own: &mut dyn TableLike,
    new: Option<&Item>,
    merged: &mut Merged,
) -> bool {
    let (Some(base), Some(new)) =
        (base.and_then(Item::as_array_of_tables), new.and_then(Item::as_array_of_tables))
    else {
        return false;
    };
    let Some(own) = own.get_mut("sites").and_then(Item::as_array_of_tables_mut) else {
        return false;
    };
    for new in new {
        let site = name(new);
        let path = format!("sites.{site}");
        let known = base.iter().find(|table| name(table) == site);
        let at = own.iter().position(|table| name(table) == site);
        match (known, at.and_then(|at| own.get_mut(at))) {
            (Some(base), Some(own)) => tables(base, own, new, &path, merged),
            (None, None) => {
                own.push(new.clone());
                merged.changed.push(path);
            }
            // People made a site of that name themselves, or took it out.
            _ if known.is_some_and(|base| base.to_string() == new.to_string()) => {}
            _ => merged
                .conflicts
                .push(Conflict { key: path, imported: Some(new.to_string().trim().to_owned()) }),
        }
    }
    let gone: Vec<String> = base
        .iter()
        .map(name)
        .filter(|site| !new.iter().any(|table| name(table) == *site))
        .collect();
    for site in gone {
        let before = base.iter().find(|table| name(table) == site);
        let at = own.iter().position(|table| name(table) == site);
        let (Some(at), Some(before)) = (at, before) else { continue };
        let is_untouched = own.get(at).is_some_and(|table| {
            plain(&Item::Table(table.clone())) == plain(&Item::Table(before.clone()))
        });
        let path = format!("sites.{site}");
        if is_untouched {
            own.remove(at);
            merged.changed.push(path);
        } else {
            merged.conflicts.push(Conflict { key: path, imported: None });
        }
    }
    true
}

fn name(table: &Table) -> String {
    table.get("name").and_then(Item::as_str).unwrap_or_default().to_owned()
}

fn same(one: Option<&Item>, other: Option<&Item>) -> bool {
    match (one, other) {
        (None, None) => true,
        (Some(one), Some(other)) => plain(one) == plain(other),
        _ => false,
    }
}

/// A value without comments and white space, so that two that say the same are equal.
fn plain(item: &Item) -> serde_json::Value {
    match item {
        Item::None => serde_json::Value::Null,
        Item::Value(value) => plain_value(value),
        Item::Table(table) => {
            table.iter().map(|(key, item)| (key.to_owned(), plain(item))).collect()
        }
        Item::ArrayOfTables(tables) => {
            tables.iter().map(|table| plain(&Item::Table(table.clone()))).collect()
        }
    }
}

fn plain_value(value: &Value) -> serde_json::Value {
    match value {
        Value::String(text) => text.value().clone().into(),
        Value::Integer(integer) => (*integer.value()).into(),
        Value::Float(float) => (*float.value()).into(),
        Value::Boolean(boolean) => (*boolean.value()).into(),
        Value::Datetime(datetime) => datetime.value().to_string().into(),
        Value::Array(items) => items.iter().map(plain_value).collect(),
        Value::InlineTable(table) => {
            table.iter().map(|(key, value)| (key.to_owned(), plain_value(value))).collect()
        }
    }
}
