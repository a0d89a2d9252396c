//! Sites as the text of a fleet file.

use std::fmt::Write as _;

use fleet::delivery::{Behavior, CacheProfile, Connection, Delivery, DeliveryOrigin, Place};
use serde::Serialize;
use toml::{Table, Value};

use crate::translate::Site;

/// The comment at the beginning.
const HEAD: &str = "\
# Imported from Cloudflare by `cdn-cli import cloudflare`. It is yours to change: the next import
# changes what Cloudflare changed, and leaves the rest.
";

/// The fleet file of sites: what is as the fleet has it without a word is left out.
pub fn fleet_text(sites: &[Site]) -> String {
    let mut text = HEAD.to_owned();
    for site in sites {
        text.push_str("\n[[sites]]\n");
        let table = table(site);
        write(&table, &mut vec!["sites".to_owned()], true, &mut text);
    }
    text
}

/// What a site says, nothing that is a default.
fn table(site: &Site) -> Table {
    let mut table = Table::new();
    table.insert("name".to_owned(), Value::String(site.name.clone()));
    let domains = site.domains.iter().cloned().map(Value::String).collect();
    table.insert("domains".to_owned(), Value::Array(domains));
    let mut origins = Table::new();
    for (name, it) in &site.delivery.origins {
        match name.as_str() {
            "default" => drop(table.insert("origin".to_owned(), Value::Table(origin(it)))),
            name => drop(origins.insert(name.to_owned(), Value::Table(origin(it)))),
        }
    }
    if !origins.is_empty() {
        table.insert("origins".to_owned(), Value::Table(origins));
    }
    let mut delivery = without(&site.delivery, &Delivery::default());
    delivery.remove("origins");
    let behaviors = &site.delivery.behaviors;
    shorten(&mut delivery, "behaviors", |key| {
        behaviors.get(key).map(|it| without(it, &Behavior::default()))
    });
    let caches = &site.delivery.caches;
    shorten(&mut delivery, "caches", |key| {
        caches.get(key).map(|it| without(it, &CacheProfile::default()))
    });
    short_redirects(&mut delivery);
    // Cloudflare makes no pictures of Shopify's URLs.
    let dialects = Table::from_iter([("shopify".to_owned(), Value::Boolean(false))]);
    let images = Table::from_iter([("dialects".to_owned(), Value::Table(dialects))]);
    table.insert("images".to_owned(), Value::Table(images));
    table.extend(delivery);
    table
}

/// A value as a table, without what is as in another.
fn without<T: Serialize>(value: &T, default: &T) -> Table {
    let of = |value: &T| Table::try_from(value).unwrap_or_default();
    less(of(value), &of(default))
}

fn less(mut table: Table, default: &Table) -> Table {
    for (key, default) in default {
        match (table.get_mut(key), default) {
            (Some(value), default) if value == default => drop(table.remove(key)),
            (Some(Value::Table(own)), Value::Table(default)) => {
                *own = less(std::mem::take(own), default);
            }
            _ => {}
        }
    }
    table
}

/// Puts shorter tables in the place of a table's entries.
fn shorten(table: &mut Table, key: &str, short: impl Fn(&str) -> Option<Table>) {
    let Some(Value::Table(entries)) = table.get_mut(key) else { return };
    for (name, entry) in entries.iter_mut() {
        if let Some(short) = short(name) {
            *entry = Value::Table(short);
        }
    }
}

/// A redirect of status 301 is its target alone.
fn short_redirects(delivery: &mut Table) {
    let Some(Value::Table(redirects)) = delivery.get_mut("redirects") else { return };
    for (_, redirect) in redirects.iter_mut() {
        let Value::Table(table) = redirect else { continue };
        if table.get("status") == Some(&Value::Integer(301))
            && let Some(to) = table.remove("to")
        {
            *redirect = to;
        }
    }
}

fn origin(origin: &DeliveryOrigin) -> Table {
    let mut table = match &origin.place {
        Place::Public(public) => match Value::try_from(public) {
            Ok(Value::Table(table)) => table,
            _ => Table::new(),
        },
        Place::Vpc { arn, host } => {
            let vpc = [("arn", arn), ("host", host)];
            let vpc = vpc.map(|(key, text)| (key.to_owned(), Value::String(text.clone())));
            Table::from_iter([("vpc".to_owned(), Value::Table(vpc.into_iter().collect()))])
        }
    };
    if let Some(Value::Table(http)) = table.get_mut("http") {
        http.retain(|key, value| !(key == "allow_private" && *value == Value::Boolean(false)));
    }
    table.extend(without(&origin.connection, &Connection::default()));
    table
}

/// Keys whose entries have a line each.
const LISTS: [&str; 6] = ["behaviors", "caches", "origins", "redirects", "errors", "custom"];

/// Writes plain keys first, then tables; small tables in one line.
fn write(table: &Table, path: &mut Vec<String>, is_site: bool, text: &mut String) {
    let is_list = path.last().is_some_and(|it| LISTS.contains(&it.as_str()));
    let opens = |key: &str, value: &Value| match value {
        Value::Table(inner) => {
            !is_list
                && (LISTS.contains(&key) || inner.values().any(Value::is_table) && key != "origin")
                || key == "waf"
        }
        Value::Array(items) => {
            matches!(key, "rate_limits" | "rules") && items.iter().all(Value::is_table)
        }
        _ => false,
    };
    let order = |key: &String| match key.as_str() {
        "name" => 0,
        "domains" => 1,
        _ if is_site => 2,
        _ => 3,
    };
    let mut keys: Vec<&String> = table.keys().collect();
    keys.sort_by_key(|key| (order(key), (*key).clone()));
    let (tables, plain): (Vec<&String>, Vec<&String>) =
        keys.into_iter().partition(|key| opens(key, &table[key.as_str()]));
    for key in plain {
        put(text, format_args!("{} = {}\n", quoted(key), table[key.as_str()]));
    }
    for key in tables {
        path.push(key.clone());
        let name = path.iter().map(|part| quoted(part)).collect::<Vec<_>>().join(".");
        match &table[key.as_str()] {
            Value::Table(inner) => {
                put(text, format_args!("\n[{name}]\n"));
                write(inner, path, false, text);
            }
            Value::Array(items) => {
                for item in items.iter().filter_map(Value::as_table) {
                    put(text, format_args!("\n[[{name}]]\n"));
                    for (key, value) in item {
                        put(text, format_args!("{} = {value}\n", quoted(key)));
                    }
                }
            }
            _ => {}
        }
        path.pop();
    }
}

fn put(text: &mut String, what: std::fmt::Arguments<'_>) {
    // Writing to a `String` cannot fail.
    let _ = text.write_fmt(what);
}

/// A key of TOML, quoted where it has to be.
fn quoted(key: &str) -> String {
    let is_bare = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_';
    if !key.is_empty() && key.chars().all(is_bare) {
        key.to_owned()
    } else {
        Value::String(key.to_owned()).to_string()
    }
}
