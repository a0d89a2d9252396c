//! Where two outcomes differ.

use std::collections::BTreeSet;

use serde::Serialize;

use crate::outcome::{Key, Outcome, Refusal, SAID, Served, Server};

/// What two sides can differ in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Aspect {
    /// Whether somebody is refused, redirected or served.
    Answer,
    /// Where a redirect leads, and its status.
    Redirect,
    /// Which variant of a picture is made.
    Picture,
    /// Which server is asked, and by which name.
    Origin,
    /// Path and query, as the origin gets them.
    Url,
    /// Headers that the origin gets.
    RequestHeaders,
    /// Whether and how long an answer is kept.
    Caching,
    /// Of what the cache makes copies.
    Key,
    /// Headers that browsers get.
    ResponseHeaders,
}

impl Aspect {
    /// The word for it.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Answer => "answer",
            Self::Redirect => "redirect",
            Self::Picture => "picture",
            Self::Origin => "origin",
            Self::Url => "URL",
            Self::RequestHeaders => "request headers",
            Self::Caching => "caching",
            Self::Key => "cache key",
            Self::ResponseHeaders => "headers",
        }
    }
}

/// A difference.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Difference {
    pub(crate) of: Of,
    /// What it is about, the same for all that are alike.
    pub(crate) what: String,
    pub(crate) original: String,
    pub(crate) translated: String,
}

/// What a difference is in, as far as its explanation hangs on it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Of {
    Answer {
        is_redirected: bool,
        is_refused_method: bool,
    },
    Status,
    Location,
    Picture,
    Server,
    Host,
    Path,
    Query,
    /// Headers and cookies of the viewer do not reach the origin.
    Forwarded,
    RequestHeader(String),
    Kept {
        /// The place of the answer in [`SAID`].
        said: usize,
        /// Whether Cloudflare keeps it, and CloudFront.
        is_kept: [bool; 2],
    },
    KeyQuery,
    KeyOrder,
    KeyHost,
    /// A header, cookie or property of the client.
    KeyPart(String),
    ResponseHeader(String),
}

impl Of {
    pub(crate) const fn aspect(&self) -> Aspect {
        match self {
            Self::Answer { .. } => Aspect::Answer,
            Self::Status | Self::Location => Aspect::Redirect,
            Self::Picture => Aspect::Picture,
            Self::Server | Self::Host => Aspect::Origin,
            Self::Path | Self::Query => Aspect::Url,
            Self::Forwarded | Self::RequestHeader(_) => Aspect::RequestHeaders,
            Self::Kept { .. } => Aspect::Caching,
            Self::KeyQuery | Self::KeyOrder | Self::KeyHost | Self::KeyPart(_) => Aspect::Key,
            Self::ResponseHeader(_) => Aspect::ResponseHeaders,
        }
    }
}

/// The differences of what the zone and the site make of one request.
pub(crate) fn differences(original: &Outcome, translated: &Outcome) -> Vec<Difference> {
    match (original, translated) {
        (Outcome::Served(one), Outcome::Served(other)) => served(one, other),
        (
            Outcome::Redirected { status: one, location: here },
            Outcome::Redirected { status: other, location: there },
        ) => {
            let mut found = Vec::new();
            if one != other {
                found.push(difference(Of::Status, "status", one, other));
            }
            if here != there {
                found.push(difference(Of::Location, "location", here, there));
            }
            found
        }
        // What is handed over is answered by the core, which is the measure of the other side.
        (Outcome::Picture(_), Outcome::Picture(None)) => Vec::new(),
        (Outcome::Picture(one), Outcome::Picture(other)) => {
            let text = |path: &Option<String>| path.clone().unwrap_or_else(|| "none".to_owned());
            let found = difference(Of::Picture, "variant", &text(one), &text(other));
            if one == other { Vec::new() } else { vec![found] }
        }
        (one, other) if one == other => Vec::new(),
        (one, other) => {
            let of = Of::Answer {
                is_redirected: matches!(one, Outcome::Redirected { .. }),
                is_refused_method: *other == Outcome::Refused(Refusal::Method),
            };
            let what = format!("{}, here {}", kind(one), kind(other));
            vec![difference(of, what, &shown(one), &shown(other))]
        }
    }
}

fn difference(
    of: Of,
    what: impl Into<String>,
    original: &(impl ToString + ?Sized),
    translated: &(impl ToString + ?Sized),
) -> Difference {
    Difference {
        of,
        what: what.into(),
        original: original.to_string(),
        translated: translated.to_string(),
    }
}

fn kind(outcome: &Outcome) -> &'static str {
    match outcome {
        Outcome::Refused(Refusal::Blocked) => "blocked",
        Outcome::Refused(Refusal::Puzzled) => "asked to solve a puzzle",
        Outcome::Refused(Refusal::Challenged) => "challenged",
        Outcome::Refused(Refusal::Method) => "refused for its method",
        Outcome::Refused(Refusal::Unknown) => "not found",
        Outcome::Redirected { .. } => "redirected",
        Outcome::Picture(_) => "a picture made",
        Outcome::Served(_) => "served",
    }
}

fn shown(outcome: &Outcome) -> String {
    match outcome {
        Outcome::Redirected { status, location } => format!("{status} {location}"),
        Outcome::Served(served) => format!("{}{}", location(&served.server), served.path),
        Outcome::Picture(Some(path)) => path.clone(),
        other => kind(other).to_owned(),
    }
}

fn location(server: &Server) -> String {
    let at: Vec<_> = server.at.iter().map(String::as_str).collect();
    let port = server.port.map(|port| format!(":{port}")).unwrap_or_default();
    format!("{}://{}{port}", server.scheme, at.join(","))
}

fn served(one: &Served, other: &Served) -> Vec<Difference> {
    let mut found = Vec::new();
    let mut texts = |of: Of, what: &str, one: &str, other: &str| {
        if one != other {
            found.push(difference(of, what, one, other));
        }
    };
    texts(Of::Server, "server", &location(&one.server), &location(&other.server));
    texts(Of::Host, "`Host`", &one.host, &other.host);
    texts(Of::Path, "path", &one.path, &other.path);
    texts(Of::Query, "query", &one.query, &other.query);
    if one.is_forwarded != other.is_forwarded {
        let what = "the viewer's cookies and headers";
        let word = |is_forwarded| if is_forwarded { "sent to the origin" } else { "not sent" };
        found.push(difference(
            Of::Forwarded,
            what,
            word(one.is_forwarded),
            word(other.is_forwarded),
        ));
    }
    told(one, other, &mut found);
    kept(one, other, &mut found);
    answers(one, other, &mut found);
    found
}

fn told(one: &Served, other: &Served, found: &mut Vec<Difference>) {
    let names: BTreeSet<_> = one.told.keys().chain(other.told.keys()).collect();
    for name in names {
        let text = |served: &Served| match served.told.get(name) {
            Some(Some(value)) => format!("`{value}`"),
            Some(None) => "taken away".to_owned(),
            None => "the viewer's".to_owned(),
        };
        let (one, other) = (text(one), text(other));
        if one != other {
            let of = Of::RequestHeader(name.clone());
            found.push(difference(of, format!("`{name}`"), &one, &other));
        }
    }
}

fn kept(one: &Served, other: &Served, found: &mut Vec<Difference>) {
    let text = |seconds: Option<u64>| match seconds {
        Some(seconds) => format!("{seconds} s"),
        None => "not kept".to_owned(),
    };
    for (index, said) in SAID.iter().enumerate() {
        let (Some(one), Some(other)) = (one.kept.get(index), other.kept.get(index)) else {
            continue;
        };
        if one != other {
            let what = format!("{}: {}, here {}", said.what, text(*one), text(*other));
            let of = Of::Kept { said: index, is_kept: [one.is_some(), other.is_some()] };
            found.push(difference(of, what, &text(*one), &text(*other)));
        }
    }
    let is_kept = |served: &Served| served.kept.iter().any(Option::is_some);
    if is_kept(one) && is_kept(other) {
        keys(&one.key, &other.key, found);
    }
}

fn keys(one: &Key, other: &Key, found: &mut Vec<Difference>) {
    let list = |names: &BTreeSet<String>| match names.len() {
        0 => "none".to_owned(),
        _ => names.iter().map(String::as_str).collect::<Vec<_>>().join(", "),
    };
    if one.query != other.query {
        let what = "names of the query";
        found.push(difference(Of::KeyQuery, what, &list(&one.query), &list(&other.query)));
    }
    // Of one name there is one order.
    if one.is_sorted != other.is_sorted && one.query.len() > 1 {
        let text = |is_sorted| if is_sorted { "does not count" } else { "counts" };
        let what = "order of the query";
        found.push(difference(Of::KeyOrder, what, text(one.is_sorted), text(other.is_sorted)));
    }
    if one.has_host != other.has_host {
        let text = |has_host| if has_host { "in the key" } else { "not in the key" };
        found.push(difference(Of::KeyHost, "the host", text(one.has_host), text(other.has_host)));
    }
    let parts = |key: &Key| -> BTreeSet<String> {
        let cookies = key.cookies.iter().map(|it| format!("cookie {it}"));
        key.headers.iter().cloned().chain(cookies).collect()
    };
    let (one, other) = (parts(one), parts(other));
    for part in one.symmetric_difference(&other) {
        let text = |parts: &BTreeSet<String>| {
            if parts.contains(part) { "in the key" } else { "not in the key" }
        };
        let of = Of::KeyPart(part.clone());
        found.push(difference(of, format!("`{part}`"), text(&one), text(&other)));
    }
}

fn answers(one: &Served, other: &Served, found: &mut Vec<Difference>) {
    let names: BTreeSet<_> = one.headers.keys().chain(other.headers.keys()).collect();
    for name in names {
        let text = |served: &Served| match served.headers.get(name) {
            Some(value) => format!("`{value}`"),
            None => "none".to_owned(),
        };
        let (one, other) = (text(one), text(other));
        if one != other {
            let of = Of::ResponseHeader(name.clone());
            found.push(difference(of, format!("`{name}`"), &one, &other));
        }
    }
}
