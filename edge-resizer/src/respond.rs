//! Answers: status, headers, body.

use std::fmt;

use bytes::Bytes;
use http::{HeaderMap, StatusCode};

/// An answer for the host to send. For `HEAD` the body is empty and `Content-Length` tells its
/// length.
#[derive(Clone, Debug)]
pub struct Response {
    /// The status.
    pub status: StatusCode,
    /// The headers.
    pub headers: HeaderMap,
    /// The body.
    pub body: Bytes,
}

/// A strong entity tag (RFC 9110 section 8.8.3), with its quotes.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct ETag(String);

impl ETag {
    /// The tag as a header had it; `None` where it is not a strong tag.
    pub fn from_header(text: &str) -> Option<Self> {
        let inner = text.strip_prefix('"')?.strip_suffix('"')?;
        (!inner.contains('"')).then(|| Self(text.to_owned()))
    }

    /// The tag with its quotes.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for ETag {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}
