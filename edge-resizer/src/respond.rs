//! Answers: status, headers, body.

use std::fmt::{self, Write};

use bytes::Bytes;
use http::header::{
    ALLOW, CACHE_CONTROL, CONTENT_LENGTH, CONTENT_TYPE, ETAG, HeaderName, RETRY_AFTER,
    X_CONTENT_TYPE_OPTIONS,
};
use http::{HeaderMap, HeaderValue, StatusCode};

use crate::error::Error;
use crate::policy::Caching;
use crate::request::Request;
use crate::source_ref::SourceRef;

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

/// Cloudflare's number for an error.
pub(crate) const ERROR_CODE: HeaderName = HeaderName::from_static("x-resizer-error");

/// A strong entity tag (RFC 9110 section 8.8.3), with its quotes.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct ETag(String);

impl ETag {
    /// The tag as a header had it; `None` where it is not a strong tag.
    pub fn from_header(text: &str) -> Option<Self> {
        let inner = text.strip_prefix('"')?.strip_suffix('"')?;
        (!inner.contains('"')).then(|| Self(text.to_owned()))
    }

    /// The tag of a digest.
    #[cfg(feature = "transform")]
    pub(crate) fn from_digest(digest: &[u8]) -> Self {
        Self(format!("\"{}\"", hex(digest)))
    }

    /// The tag with its quotes.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether an `If-None-Match` names this tag (RFC 9110 section 13.1.2: weak comparison, and
    /// `*` is any).
    pub fn is_named_by(&self, if_none_match: &str) -> bool {
        if_none_match.split(',').map(str::trim).any(|candidate| {
            candidate == "*" || candidate.strip_prefix("W/").unwrap_or(candidate) == self.0
        })
    }
}

impl fmt::Display for ETag {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// The 304 for a client that has what the host holds already.
pub(crate) fn held(request: &Request, key: &str, caching: &Caching) -> Option<Response> {
    let held = request.held.as_ref().filter(|held| held.key == key)?;
    if !held.etag.is_named_by(request.header("if-none-match")?) {
        return None;
    }
    let mut headers = HeaderMap::new();
    insert(&mut headers, ETAG, held.etag.as_str());
    insert(&mut headers, CACHE_CONTROL, &cache_control(None, caching));
    Some(Response { status: StatusCode::NOT_MODIFIED, headers, body: Bytes::new() })
}

impl Response {
    /// An error as the client sees it: a status, Cloudflare's number, one plain sentence.
    pub fn refusal(error: &Error, head: bool, caching: &Caching) -> Self {
        let code = error.code().map_or_else(String::new, |code| format!(" {code}"));
        let body = Bytes::from(format!("ERROR{code}: {}\n", error.public_message()));
        let mut headers = HeaderMap::new();
        headers.insert(CONTENT_TYPE, HeaderValue::from_static("text/plain; charset=utf-8"));
        headers.insert(CONTENT_LENGTH, HeaderValue::from(body.len()));
        headers.insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
        insert(&mut headers, CACHE_CONTROL, &error_lifetime(error, caching));
        if let Some(code) = error.code() {
            headers.insert(ERROR_CODE, HeaderValue::from(code));
        }
        if *error == Error::MethodNotAllowed {
            headers.insert(ALLOW, HeaderValue::from_static("GET, HEAD"));
        }
        if error.status() == StatusCode::SERVICE_UNAVAILABLE {
            headers.insert(RETRY_AFTER, HeaderValue::from_static("1"));
        }
        Self { status: error.status(), headers, body: if head { Bytes::new() } else { body } }
    }
}

/// What passes by itself is not kept.
fn error_lifetime(error: &Error, caching: &Caching) -> String {
    match error {
        Error::Busy => "no-store".to_owned(),
        _ => format!("public, max-age={}", caching.error_max_age),
    }
}

/// The cache tags of everything made from a source: `brand:<brand>` and `source:<path>`, the path
/// without its query, so that one tag purges every version of a file.
///
/// CloudFront takes up to 256 characters of ASCII 33 to 126 without commas for a tag, and does not
/// tell upper from lower case; a longer path gives way to its first characters and its SHA-256.
pub fn cache_tags(brand: &str, source: &SourceRef) -> Vec<String> {
    let place = match source {
        SourceRef::Path(path) => path.encoded(),
        SourceRef::Remote(remote) => remote.uri().to_string(),
    };
    vec![tag("brand", brand), tag("source", &place)]
}

fn tag(kind: &str, value: &str) -> String {
    use percent_encoding::{AsciiSet, CONTROLS, utf8_percent_encode};
    use sha2::{Digest, Sha256};
    /// What no tag may hold.
    const FORBIDDEN: &AsciiSet = &CONTROLS.add(b' ').add(b',');
    /// CloudFront's limit, in characters.
    const LONGEST: usize = 256;

    let tag = format!("{kind}:{}", utf8_percent_encode(value, FORBIDDEN));
    if tag.len() <= LONGEST {
        return tag;
    }
    let digest = Sha256::digest(value.as_bytes());
    let digest = hex(&digest[..16]);
    // The text is ASCII by now, so every index is a character's.
    format!("{}~{digest}", &tag[..LONGEST - 1 - digest.len()])
}

fn hex(digest: &[u8]) -> String {
    digest.iter().fold(String::with_capacity(2 * digest.len()), |mut text, byte| {
        // Writing to a String does not fail.
        let _ = write!(text, "{byte:02x}");
        text
    })
}

/// How long a variant may be kept, given what the origin says of the original.
pub(crate) fn cache_control(origin: Option<&str>, caching: &Caching) -> String {
    let directives: Vec<String> =
        origin.unwrap_or_default().split(',').map(|d| d.trim().to_ascii_lowercase()).collect();
    for forbidding in ["no-store", "private"] {
        if directives.iter().any(|directive| directive == forbidding) {
            return forbidding.to_owned();
        }
    }
    let seconds = |name: &str| -> Option<u32> {
        let value = directives.iter().find_map(|d| d.strip_prefix(name)?.strip_prefix('='))?;
        value.trim_matches('"').parse().ok()
    };
    let max_age = seconds("s-maxage")
        .or_else(|| seconds("max-age"))
        .map_or(caching.max_age, |age| age.max(caching.min_age));
    format!("public, max-age={max_age}")
}

/// Sets a header whose value came from outside: what no header may hold becomes `?`.
pub(crate) fn insert(headers: &mut HeaderMap, name: HeaderName, value: &str) {
    let safe: String =
        value.chars().map(|c| if c == ' ' || c.is_ascii_graphic() { c } else { '?' }).collect();
    if let Ok(value) = HeaderValue::from_str(&safe) {
        headers.insert(name, value);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source_ref::SourcePath;

    #[test]
    fn origin_lifetimes_are_heeded_within_the_policy() {
        let caching = Caching::default();
        for (origin, want) in [
            (None, "public, max-age=86400"),
            (Some("max-age=7200"), "public, max-age=7200"),
            (Some("public, Max-Age=60"), "public, max-age=3600"),
            (Some("max-age=60, s-maxage=9000"), "public, max-age=9000"),
            (Some("no-cache"), "public, max-age=86400"),
            (Some("private, max-age=9"), "private"),
            (Some("no-store"), "no-store"),
            (Some("max-age=abc"), "public, max-age=86400"),
            (Some("max-age=99999999999"), "public, max-age=86400"),
        ] {
            assert_eq!(cache_control(origin, &caching), want, "{origin:?}");
        }
    }

    #[test]
    fn tags_keep_cloudfronts_limits() {
        let long = format!("/{}.jpg", "ü,".repeat(200));
        for path in ["/photos/a b,c.jpg", &long] {
            let source = SourceRef::Path(SourcePath::parse(path, None).unwrap());
            for tag in cache_tags("atelier", &source) {
                assert!(tag.len() <= 256, "{tag}");
                assert!(tag.bytes().all(|b| (33..=126).contains(&b) && b != b','), "{tag}");
            }
        }
    }

    #[test]
    fn conditions_compare_weakly() {
        let tag = ETag::from_header("\"abc\"").unwrap();
        for (header, want) in [
            ("\"abc\"", true),
            ("W/\"abc\"", true),
            ("\"x\", \"abc\"", true),
            ("*", true),
            ("\"abcd\"", false),
            ("abc", false),
            ("", false),
        ] {
            assert_eq!(tag.is_named_by(header), want, "{header}");
        }
    }
}
