//! Which headers are compared, and when two values mean the same.

use std::collections::BTreeSet;

use reqwest::header::HeaderMap;

use crate::differ::Difference;
use crate::order::Order;
use crate::side::Side;

/// A header that is compared.
#[derive(Clone, Copy, Debug)]
pub struct HeaderRow {
    /// Its name, in lower case.
    pub name: &'static str,
    /// When two values mean the same.
    pub means: Means,
}

/// When two values of a header mean the same.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Means {
    /// Where they are the same letter by letter.
    Exactly,
    /// Where the parts between commas are the same, whatever their order and case.
    Commas,
    /// Where the parts between semicolons are.
    Semicolons,
    /// Where both are there or neither: the values are each server's own.
    Presence,
    /// Where cookies of the same names are set.
    CookieNames,
}

use Means::{Commas, CookieNames, Exactly, Presence, Semicolons};

/// What is compared unless it is ignored.
pub const COMPARED: [HeaderRow; 25] = [
    HeaderRow { name: "accept-ranges", means: Exactly },
    HeaderRow { name: "access-control-allow-credentials", means: Exactly },
    HeaderRow { name: "access-control-allow-headers", means: Commas },
    HeaderRow { name: "access-control-allow-methods", means: Commas },
    HeaderRow { name: "access-control-allow-origin", means: Exactly },
    HeaderRow { name: "access-control-expose-headers", means: Commas },
    HeaderRow { name: "access-control-max-age", means: Exactly },
    HeaderRow { name: "cache-control", means: Commas },
    HeaderRow { name: "content-disposition", means: Exactly },
    HeaderRow { name: "content-encoding", means: Exactly },
    HeaderRow { name: "content-language", means: Commas },
    HeaderRow { name: "content-security-policy", means: Semicolons },
    HeaderRow { name: "content-type", means: Semicolons },
    HeaderRow { name: "cross-origin-opener-policy", means: Exactly },
    HeaderRow { name: "etag", means: Presence },
    HeaderRow { name: "last-modified", means: Presence },
    HeaderRow { name: "link", means: Commas },
    HeaderRow { name: "permissions-policy", means: Commas },
    HeaderRow { name: "referrer-policy", means: Exactly },
    HeaderRow { name: "set-cookie", means: CookieNames },
    HeaderRow { name: "strict-transport-security", means: Semicolons },
    HeaderRow { name: "vary", means: Commas },
    HeaderRow { name: "x-content-type-options", means: Exactly },
    HeaderRow { name: "x-frame-options", means: Exactly },
    HeaderRow { name: "x-robots-tag", means: Commas },
];

/// Where the headers of two answers differ; `content-type` not where both are pictures, which are
/// compared as such.
pub(crate) fn differences(
    (old, old_side): (&HeaderMap, &Side),
    (new, new_side): (&HeaderMap, &Side),
    order: &Order,
) -> Vec<Difference> {
    let are_pictures = [old, new].iter().all(|it| is_picture(it));
    let more = order.more_headers.iter().map(|name| (name.as_str(), Exactly));
    COMPARED
        .iter()
        .map(|row| (row.name, row.means))
        .chain(more)
        .filter(|(name, _)| !order.ignored_headers.contains(*name))
        .filter(|(name, _)| !(are_pictures && *name == "content-type"))
        .filter_map(|(name, means)| {
            let (old, new) = (text(old, name, old_side), text(new, name, new_side));
            let is_same = meaning(old.as_deref(), means) == meaning(new.as_deref(), means);
            (!is_same).then(|| Difference::header(name, old, new))
        })
        .collect()
}

fn is_picture(headers: &HeaderMap) -> bool {
    let value = headers.get("content-type").and_then(|value| value.to_str().ok());
    value.is_some_and(|value| value.trim_start().starts_with("image/"))
}

/// All values of a header, the side's own name taken out; of cookies without what is secret.
fn text(headers: &HeaderMap, name: &str, side: &Side) -> Option<String> {
    let values = headers.get_all(name).iter().map(|it| String::from_utf8_lossy(it.as_bytes()));
    let values: Vec<_> = match name {
        "set-cookie" => values.map(|it| cookie_name(&it).to_owned()).collect(),
        _ => values.map(|it| side.without_name(it.trim())).collect(),
    };
    (!values.is_empty()).then(|| values.join(", "))
}

fn cookie_name(value: &str) -> &str {
    value.split(['=', ';']).next().unwrap_or_default().trim()
}

/// What a value comes to.
fn meaning(value: Option<&str>, means: Means) -> Option<BTreeSet<String>> {
    let parts = |separator: char, value: &str| {
        let parts = value.split(separator).map(|it| it.trim().to_ascii_lowercase());
        parts.filter(|part| !part.is_empty()).collect()
    };
    let value = value?;
    Some(match means {
        Exactly => BTreeSet::from([value.to_owned()]),
        Commas | CookieNames => parts(',', value),
        Semicolons => parts(';', value),
        Presence => BTreeSet::new(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_mean_the_same() {
        for (means, one, other, want) in [
            (Exactly, "DENY", "deny", false),
            (Commas, "public, max-age=60", "Max-Age=60,public", true),
            (Commas, "max-age=60", "max-age=61", false),
            (Semicolons, "text/html; charset=UTF-8", "text/html;charset=utf-8", true),
            (Presence, "\"a\"", "\"b\"", true),
        ] {
            let is_same = meaning(Some(one), means) == meaning(Some(other), means);
            assert_eq!(is_same, want, "{one} {other}");
            assert_ne!(meaning(Some(one), means), meaning(None, means), "{one}");
        }
    }
}
