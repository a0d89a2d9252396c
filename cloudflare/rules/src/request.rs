//! What is known of a request, and the fields that are made of it.

use std::collections::BTreeMap;
use std::net::IpAddr;

use percent_encoding::percent_decode_str;

use crate::list::List;
use crate::value::Value;

/// A request as Cloudflare sees it, as far as it is known. What is `None` and what no entry of
/// `facts` says is [`Value::Unknown`].
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Request {
    /// Whether the connection is encrypted. Default: `false`.
    pub is_https: bool,
    /// The method, in upper case.
    pub method: String,
    /// The host name of the `Host` header.
    pub host: String,
    /// The path, with a slash in front and with its percent-encodings.
    pub path: String,
    /// What is behind `?`; empty where there is none.
    pub query: String,
    /// Path and query as they came, where rules have rewritten them since: what the fields `raw.…`
    /// say. Default: `None`, they are as they came.
    pub original: Option<(String, String)>,
    /// Header fields in their order, but for `Host`.
    pub headers: Vec<(String, String)>,
    /// The client's address.
    pub address: Option<IpAddr>,
    /// The country of the client's address, two capital letters.
    pub country: Option<String>,
    /// The number of the autonomous system of the client's address.
    pub autonomous_system: Option<i64>,
    /// Seconds since 1970 when the request came.
    pub timestamp: Option<i64>,
    /// The body, at most as much of it as Cloudflare looks at.
    pub body: Option<Vec<u8>>,
    /// The answer, in phases that come after it.
    pub response: Option<Response>,
    /// Values of other fields by name, or other ones than the rest of this gives.
    pub facts: BTreeMap<String, Value>,
    /// The account's lists by name, without the dollar sign.
    pub lists: BTreeMap<String, List>,
}

/// The answer to a request.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Response {
    /// Its status, 200.
    pub status: u16,
    /// Header fields in their order.
    pub headers: Vec<(String, String)>,
}

impl Request {
    /// A `GET` for a URL, of which nothing else is known. A URL without a scheme is one with
    /// `https`; its fragment is not sent.
    pub fn get(url: &str) -> Self {
        let (scheme, rest) = url.split_once("://").unwrap_or(("https", url));
        let rest = rest.split('#').next().unwrap_or_default();
        let target = rest.find(['/', '?']).unwrap_or(rest.len());
        let (path, query) = rest[target..].split_once('?').unwrap_or((&rest[target..], ""));
        Self {
            is_https: scheme.eq_ignore_ascii_case("https"),
            method: "GET".to_owned(),
            host: rest[..target].to_owned(),
            path: if path.is_empty() { "/".to_owned() } else { path.to_owned() },
            query: query.to_owned(),
            ..Self::default()
        }
    }

    /// The request with one more header field.
    #[must_use]
    pub fn with_header(mut self, name: &str, value: &str) -> Self {
        self.headers.push((name.to_owned(), value.to_owned()));
        self
    }

    /// The request with the value of a field.
    #[must_use]
    pub fn with_fact(mut self, field: &str, value: Value) -> Self {
        self.facts.insert(field.to_owned(), value);
        self
    }

    /// Header fields, `Host` among them.
    pub(crate) fn all_headers(&self) -> impl Iterator<Item = (&str, &str)> {
        let own = self.headers.iter().map(|(name, value)| (name.as_str(), value.as_str()));
        std::iter::once(("host", self.host.as_str())).chain(own)
    }

    /// The value of a header field, those of several joined; empty where there is none.
    pub(crate) fn header(&self, name: &str) -> Value {
        let own = self.headers.iter().filter(|(own, _)| own.eq_ignore_ascii_case(name));
        let values: Vec<_> = own.map(|(_, value)| value.as_str()).collect();
        Value::text(values.join(if name == "cookie" { "; " } else { ", " }))
    }

    /// Path and query as they came.
    pub(crate) fn as_it_came(&self) -> (&str, &str) {
        match &self.original {
            Some((path, query)) => (path, query),
            None => (&self.path, &self.query),
        }
    }
}

/// A map of arrays: values under their names, those of one name in their order.
pub(crate) fn multimap<N: AsRef<[u8]>, V: AsRef<[u8]>>(
    pairs: impl IntoIterator<Item = (N, V)>,
) -> Value {
    let mut arrays = BTreeMap::<Vec<u8>, Vec<Value>>::new();
    for (name, value) in pairs {
        arrays.entry(name.as_ref().to_vec()).or_default().push(Value::text(value));
    }
    Value::Map(arrays.into_iter().map(|(name, values)| (name, Value::Array(values))).collect())
}

/// Path and query as one text.
pub(crate) fn target((path, query): (&str, &str)) -> String {
    if query.is_empty() { path.to_owned() } else { format!("{path}?{query}") }
}

/// What is behind the last dot of the last segment, in lower case; nothing where that dot is the
/// segment's first character.
pub(crate) fn extension(path: &str) -> String {
    let segment = path.rsplit('/').next().unwrap_or_default();
    match segment.rsplit_once('.') {
        Some((stem, extension)) if !stem.is_empty() => extension.to_ascii_lowercase(),
        _ => String::new(),
    }
}

/// The arguments of a query, or the fields of a form, as they are written.
pub(crate) fn arguments(query: &str) -> impl Iterator<Item = (&str, &str)> {
    let pairs = query.split('&').filter(|pair| !pair.is_empty());
    pairs.map(|pair| pair.split_once('=').unwrap_or((pair, "")))
}

/// The cookies of a header, their names decoded.
pub(crate) fn cookies(header: &str) -> impl Iterator<Item = (Vec<u8>, &str)> {
    let pairs = header.split(';').map(str::trim).filter(|pair| !pair.is_empty());
    pairs.map(|pair| {
        let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
        (percent_decode_str(name).collect(), value)
    })
}

/// The languages of a header, those with the greatest weight first; `*` is none.
pub(crate) fn languages(header: &str) -> Vec<&str> {
    let mut weighted: Vec<_> = header.split(',').map(weighted_language).collect();
    weighted.retain(|(language, _)| !matches!(*language, "" | "*"));
    weighted.sort_by(|(_, a), (_, b)| b.total_cmp(a));
    weighted.into_iter().map(|(language, _)| language).collect()
}

fn weighted_language(part: &str) -> (&str, f32) {
    let (language, parameters) = part.split_once(';').unwrap_or((part, ""));
    let weight = parameters.trim().strip_prefix("q=").and_then(|weight| weight.parse().ok());
    (language.trim(), weight.unwrap_or(1.0))
}
