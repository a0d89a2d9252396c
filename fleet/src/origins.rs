//! The origins of a site: where things are, and how CloudFront asks for them.

use std::collections::BTreeMap;
use std::ops::Range;
use std::path::Path;

use edge_resizer::RemoteSource;
use serde::Deserialize;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

use crate::delivery::{Connection, DeliveryOrigin, Place};
use crate::problem::Problem;
use crate::section::{self, Section};
use crate::site::Origin;

/// The name of the origin that is written as `origin`.
pub(crate) const DEFAULT: &str = "default";

/// Keys that say where an origin is, of which it has one.
pub(crate) const PLACES: [&str; 4] = ["folder", "s3", "http", "vpc"];
/// Keys that say how it is asked, those of [`Connection`].
pub(crate) const CONNECTION: [&str; 8] = [
    "attempts",
    "connect_timeout",
    "failover",
    "headers",
    "keepalive",
    "read_timeout",
    "region",
    "shield",
];

const ORIGIN_HINT: &str = "one of `{ folder = \"photos\" }`, `{ s3 = { bucket = \"photos\" } }`, \
                           `{ http = { url = \"https://shop.example\" } }` and \
                           `{ vpc = { arn = \"arn:…\", host = \"shop.internal\" } }`";
const URL_HINT: &str = "an `https` or `http` URL with a host, without user, query and fragment";

/// A load balancer or an instance in a private subnet, by a VPC origin: as the file has it.
#[derive(Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub(crate) struct Vpc {
    /// ARN of the load balancer or instance.
    arn: String,
    /// The host name it answers under.
    host: String,
}

/// Reads `origin` and `origins`: all of a site's origins by their names.
pub(crate) fn read(
    origin: Option<Spanned<DeValue<'_>>>,
    others: Option<Spanned<DeValue<'_>>>,
    base_dir: &Path,
    problems: &mut Vec<Problem>,
) -> BTreeMap<String, DeliveryOrigin> {
    let mut origins = BTreeMap::new();
    if let Some(origin) = origin.and_then(|value| read_origin(value, base_dir, problems)) {
        origins.insert(DEFAULT.to_owned(), origin);
    }
    let others = others.and_then(|value| Section::of(value, problems)).map(Section::into_table);
    for (name, value) in others.into_iter().flat_map(Spanned::into_inner) {
        if name.get_ref() == DEFAULT {
            let problem = Problem::new(name.span(), "the origin `default` has a key of its own");
            problems.push(problem.with_hint("write it as `origin`"));
            continue;
        }
        if let Some(origin) = read_origin(value, base_dir, problems) {
            origins.insert(name.into_inner().into_owned(), origin);
        }
    }
    origins
}

/// Where pictures and `cdn-cli dev` find an origin: a VPC's under its host's name.
pub(crate) fn for_hosts(origin: &DeliveryOrigin) -> Origin {
    match &origin.place {
        Place::Public(origin) => origin.clone(),
        Place::Vpc { host, .. } => {
            Origin::Http { url: format!("https://{host}"), allow_private: false }
        }
    }
}

fn read_origin(
    value: Spanned<DeValue<'_>>,
    base_dir: &Path,
    problems: &mut Vec<Problem>,
) -> Option<DeliveryOrigin> {
    let span = value.span();
    let DeValue::Table(mut table) = value.into_inner() else {
        problems.push(no_place(span));
        return None;
    };
    let has_unknown = refuse_unknown(&mut table, problems);
    let mut places: Vec<_> = PLACES.iter().filter_map(|place| table.remove_entry(*place)).collect();
    let rest = Spanned::new(span.clone(), DeValue::Table(table));
    let connection = section::read_all::<Connection>(rest, problems);
    if places.is_empty() && has_unknown {
        return None;
    }
    if places.len() != 1 {
        problems.push(no_place(span));
        return None;
    }
    let (key, value) = places.remove(0);
    let place = if key.get_ref() == "vpc" {
        section::read::<Vpc>(value, problems).map(|Vpc { arn, host }| Place::Vpc { arn, host })
    } else {
        let public = DeTable::from_iter([(key, value)]);
        read_public(public, span, base_dir, problems).map(Place::Public)
    };
    Some(DeliveryOrigin { place: place?, connection: connection? })
}

fn no_place(span: Range<usize>) -> Problem {
    Problem::new(span, "an origin is a table with one key that says where it is")
        .with_hint(ORIGIN_HINT)
}

/// Takes out what is no key of an origin. Whether there was any.
fn refuse_unknown(table: &mut DeTable<'_>, problems: &mut Vec<Problem>) -> bool {
    let is_known = |key: &str| PLACES.contains(&key) || CONNECTION.contains(&key);
    let unknown: Vec<_> = table.keys().filter(|key| !is_known(key.get_ref())).cloned().collect();
    for key in &unknown {
        let known = PLACES.into_iter().chain(CONNECTION);
        problems.push(Problem::unknown_choice(key.span(), key.get_ref(), known));
        table.remove(key);
    }
    !unknown.is_empty()
}

fn read_public(
    table: DeTable<'_>,
    span: Range<usize>,
    base_dir: &Path,
    problems: &mut Vec<Problem>,
) -> Option<Origin> {
    let value = Spanned::new(span.clone(), DeValue::Table(table));
    match section::read(value, problems)? {
        Origin::Folder(folder) => Some(Origin::Folder(base_dir.join(folder))),
        Origin::S3 { ref bucket, .. } if bucket.is_empty() => {
            problems.push(Problem::new(span, "the bucket has no name"));
            None
        }
        Origin::Http { ref url, .. } if !is_base_url(url) => {
            let problem = Problem::new(span, "the URL cannot be an origin");
            problems.push(problem.with_hint(URL_HINT));
            None
        }
        other => Some(other),
    }
}

fn is_base_url(url: &str) -> bool {
    !url.contains(['?', '#']) && RemoteSource::parse(url).is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::delivery::Shield;

    #[test]
    fn the_list_of_keys_is_the_types() {
        let connection = Connection {
            region: Some(String::new()),
            failover: Some(String::new()),
            shield: Shield::Off,
            ..Connection::default()
        };
        let table = toml::Table::try_from(connection).unwrap();
        let keys: Vec<_> = table.keys().map(String::as_str).collect();
        assert_eq!(keys, CONNECTION);
    }
}
