//! The host-neutral request: what a browser asked, before any of it is understood.

use http::{HeaderMap, Method};

use crate::respond::ETag;

/// A request as the viewer sent it.
#[derive(Clone, Debug)]
pub struct Request {
    /// `GET` and `HEAD` are answered, all else is refused.
    pub method: Method,
    /// The path as it stood on the request line: percent-encoded, with its leading `/`.
    pub path: String,
    /// The query as it stood on the request line, without the `?`.
    pub query: Option<String>,
    /// All headers; the core reads `Accept`, client hints, `Save-Data`, `User-Agent` and
    /// `If-None-Match`.
    pub headers: HeaderMap,
    /// Seconds since 1970-01-01T00:00:00Z, for the expiry of signed URLs.
    pub now: u64,
    /// A variant that the host knows to hold, by its key: lets [`accept`](crate::accept) answer a
    /// conditional request with 304 before any source is fetched.
    pub held: Option<HeldVariant>,
}

/// A variant in a host's cache or store.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HeldVariant {
    /// The key, as [`Job::variant_key`](crate::Job::variant_key) gave it.
    pub key: String,
    /// The tag that its response carried.
    pub etag: ETag,
}

/// The name in a `Host` header, as sites know theirs: in lower case, without port and final dots.
pub fn host_name(host: &str) -> String {
    let name = match host.rsplit_once(':') {
        Some((name, port)) if port.bytes().all(|byte| byte.is_ascii_digit()) => name,
        _ => host,
    };
    name.trim_end_matches('.').to_ascii_lowercase()
}

impl Request {
    /// A `GET` of `path_and_query` with no headers, at time 0.
    pub fn get(path_and_query: &str) -> Self {
        let (path, query) = match path_and_query.split_once('?') {
            Some((path, query)) => (path, Some(query.to_owned())),
            None => (path_and_query, None),
        };
        Self {
            method: Method::GET,
            path: path.to_owned(),
            query,
            headers: HeaderMap::new(),
            now: 0,
            held: None,
        }
    }

    pub(crate) fn is_get(&self) -> bool {
        self.method == Method::GET
    }

    pub(crate) fn is_head(&self) -> bool {
        self.method == Method::HEAD
    }

    /// The value of a header, where it is there and is text.
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name)?.to_str().ok()
    }
}
