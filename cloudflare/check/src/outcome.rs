//! What comes of a request, in terms that both sides have.

use std::collections::{BTreeMap, BTreeSet};

/// What comes of a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Outcome {
    /// Somebody is refused or has to prove something first.
    Refused(Refusal),
    /// The client is sent elsewhere.
    Redirected {
        status: u16,
        /// A URL with its host.
        location: String,
    },
    /// A picture is made; where its variant is known, by the path of its key.
    Picture(Option<String>),
    /// The origin is asked, or the cache.
    Served(Box<Served>),
}

/// How somebody is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Refusal {
    Blocked,
    /// A person has to solve a puzzle.
    Puzzled,
    /// The browser has to prove in silence that it is one.
    Challenged,
    /// The method is not taken.
    Method,
    /// There is no such path, or no such host.
    Unknown,
}

/// A request that the origin answers, or the cache in its place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Served {
    pub(crate) server: Server,
    /// The `Host` that the origin is told.
    pub(crate) host: String,
    pub(crate) path: String,
    /// As the origin gets it.
    pub(crate) query: String,
    /// Whether the origin gets the headers and cookies of the viewer.
    pub(crate) is_forwarded: bool,
    /// Headers that rules write for the origin, by name in lower case; `None` is taken away.
    pub(crate) told: BTreeMap<String, Option<String>>,
    /// Seconds that an answer is kept, for each of [`SAID`]; `None` where it is not.
    pub(crate) kept: [Option<u64>; SAID.len()],
    pub(crate) key: Key,
    /// Headers of an answer, by name in lower case, of those that a rule is about.
    pub(crate) headers: BTreeMap<String, String>,
}

/// Who is asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Server {
    pub(crate) scheme: String,
    /// A name that is somebody else's to resolve, or addresses.
    pub(crate) at: BTreeSet<String>,
    pub(crate) port: Option<u16>,
}

/// Of what a cache makes copies.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Key {
    /// Names of the request's query that count.
    pub(crate) query: BTreeSet<String>,
    /// Whether their order does not count.
    pub(crate) is_sorted: bool,
    /// Whether hosts have copies of their own.
    pub(crate) has_host: bool,
    /// Headers in lower case, and what stands for a property of the client; `x?` is whether there is
    /// a header `x`.
    pub(crate) headers: BTreeSet<String>,
    pub(crate) cookies: BTreeSet<String>,
}

/// The kind of device, in a key.
pub(crate) const DEVICE: &str = "kind of device";
/// The country, in a key.
pub(crate) const COUNTRY: &str = "country";

/// An answer of an origin, of status 200.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Said {
    pub(crate) what: &'static str,
    pub(crate) max_age: Option<u64>,
    pub(crate) is_private: bool,
    pub(crate) has_cookie: bool,
}

/// Answers that a cache has to tell apart.
pub(crate) const SAID: [Said; 5] = [
    Said { what: "the origin says nothing", max_age: None, is_private: false, has_cookie: false },
    Said {
        what: "it says `max-age=600`",
        max_age: Some(600),
        is_private: false,
        has_cookie: false,
    },
    Said { what: "it says `private`", max_age: None, is_private: true, has_cookie: false },
    Said { what: "it sets a cookie", max_age: None, is_private: false, has_cookie: true },
    Said {
        what: "it says `max-age=600` and sets a cookie",
        max_age: Some(600),
        is_private: false,
        has_cookie: true,
    },
];

/// What an origin sends of every header that a rule is about.
pub(crate) const ORIGINS_OWN: &str = "the origin's";

/// A location as a URL with its host, seen from the URL of a request.
pub(crate) fn absolute(location: &str, is_https: bool, host: &str) -> String {
    let scheme = if is_https { "https" } else { "http" };
    if location.starts_with('/') && !location.starts_with("//") {
        return format!("{scheme}://{host}{location}");
    }
    match location.split_once("://") {
        // A URL without a path is its first page.
        Some((_, rest)) if !rest.contains(['/', '?', '#']) => format!("{location}/"),
        _ => location.to_owned(),
    }
}

/// A URL with a query added to it.
pub(crate) fn with_query(url: &str, query: &str) -> String {
    match query {
        "" => url.to_owned(),
        query => format!("{url}{}{query}", if url.contains('?') { '&' } else { '?' }),
    }
}

/// Names of a query, as they are written.
pub(crate) fn names_of(query: &str) -> impl Iterator<Item = &str> {
    let pairs = query.split('&').filter(|pair| !pair.is_empty());
    pairs.map(|pair| pair.split('=').next().unwrap_or(pair))
}
