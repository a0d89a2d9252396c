//! What a rule's filter asks of a request, in the terms in which CloudFront and AWS WAF can answer.

mod lower;
mod on_host;
mod path;
mod region;
mod text;
mod waf;

use std::fmt;

use ipnet::IpNet;

pub(crate) use lower::{lower, network};
pub(crate) use path::{regex_patterns, regions_of};
pub(crate) use region::Region;
pub(crate) use text::{TestKind, TextTest};
pub(crate) use waf::{condition as waf_condition, named};

/// A filter, taken apart.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Condition {
    /// Every request.
    Always,
    /// None.
    Never,
    /// Each of these is so.
    All(Vec<Self>),
    /// One of these is so.
    Any(Vec<Self>),
    /// This is not so.
    Not(Box<Self>),
    /// A text of the request is like that.
    Text(Subject, TextTest),
    /// There is such a header, cookie or argument.
    Present(Subject),
    /// The client's address is in one of these.
    Addresses(Vec<IpNet>),
    /// The client is in one of these countries.
    Countries(Vec<String>),
    /// The client's address belongs to one of these systems.
    Systems(Vec<u32>),
    /// The connection is encrypted.
    Encrypted,
    /// What neither CloudFront nor AWS WAF can tell.
    Opaque {
        /// As Cloudflare writes it.
        text: String,
        /// Why it cannot be told.
        why: String,
    },
}

/// A text of a request.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Subject {
    Host,
    Path,
    /// What is behind the last dot of the path, in lower case.
    Extension,
    Query,
    /// Path and query.
    Target,
    /// Scheme, host, path and query.
    Url,
    Method,
    Header(String),
    Cookie(String),
    Argument(String),
}

impl Condition {
    pub(crate) fn all(parts: impl IntoIterator<Item = Self>) -> Self {
        let mut kept = Vec::new();
        for part in parts {
            match part {
                Self::Always => {}
                Self::Never => return Self::Never,
                Self::All(more) => kept.extend(more),
                part => kept.push(part),
            }
        }
        match kept.len() {
            0 => Self::Always,
            1 => kept.swap_remove(0),
            _ => Self::All(kept),
        }
    }

    pub(crate) fn any(parts: impl IntoIterator<Item = Self>) -> Self {
        let mut kept = Vec::new();
        for part in parts {
            match part {
                Self::Never => {}
                Self::Always => return Self::Always,
                Self::Any(more) => kept.extend(more),
                part => kept.push(part),
            }
        }
        match kept.len() {
            0 => Self::Never,
            1 => kept.swap_remove(0),
            _ => Self::Any(kept),
        }
    }

    pub(crate) fn negated(self) -> Self {
        match self {
            Self::Always => Self::Never,
            Self::Never => Self::Always,
            Self::Not(inner) => *inner,
            other => Self::Not(Box::new(other)),
        }
    }

    /// Each leaf replaced, and what follows of that.
    pub(crate) fn map(&self, leaf: &impl Fn(&Self) -> Self) -> Self {
        match self {
            Self::All(parts) => Self::all(parts.iter().map(|part| part.map(leaf))),
            Self::Any(parts) => Self::any(parts.iter().map(|part| part.map(leaf))),
            Self::Not(part) => part.map(leaf).negated(),
            other => leaf(other),
        }
    }

    /// Calls `visit` with every leaf.
    pub(crate) fn leaves<'a>(&'a self, visit: &mut impl FnMut(&'a Self)) {
        match self {
            Self::All(parts) | Self::Any(parts) => parts.iter().for_each(|it| it.leaves(visit)),
            Self::Not(part) => part.leaves(visit),
            leaf => visit(leaf),
        }
    }

    /// Why it cannot be told, where that is so.
    pub(crate) fn opacity(&self) -> Option<String> {
        let mut found = None;
        self.leaves(&mut |leaf| {
            if let Self::Opaque { text, why } = leaf {
                found.get_or_insert_with(|| format!("`{text}`: {why}"));
            }
        });
        found
    }
}

impl fmt::Display for Subject {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Host => f.write_str("host"),
            Self::Path => f.write_str("path"),
            Self::Extension => f.write_str("extension"),
            Self::Query => f.write_str("query"),
            Self::Target => f.write_str("path and query"),
            Self::Url => f.write_str("URL"),
            Self::Method => f.write_str("method"),
            Self::Header(name) => write!(f, "header `{name}`"),
            Self::Cookie(name) => write!(f, "cookie `{name}`"),
            Self::Argument(name) => write!(f, "argument `{name}`"),
        }
    }
}

impl fmt::Display for Condition {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let joined = |parts: &[Self], word: &str| {
            let parts: Vec<_> = parts.iter().map(ToString::to_string).collect();
            format!("({})", parts.join(word))
        };
        match self {
            Self::Always => f.write_str("every request"),
            Self::Never => f.write_str("no request"),
            Self::All(parts) => f.write_str(&joined(parts, " and ")),
            Self::Any(parts) => f.write_str(&joined(parts, " or ")),
            Self::Not(part) => write!(f, "not {part}"),
            Self::Text(subject, test) => write!(f, "{subject} {test}"),
            Self::Present(subject) => write!(f, "{subject} is there"),
            Self::Addresses(networks) => write!(f, "address in {networks:?}"),
            Self::Countries(codes) => write!(f, "country in {codes:?}"),
            Self::Systems(numbers) => write!(f, "autonomous system in {numbers:?}"),
            Self::Encrypted => f.write_str("HTTPS"),
            Self::Opaque { text, .. } => write!(f, "[{text}]"),
        }
    }
}
