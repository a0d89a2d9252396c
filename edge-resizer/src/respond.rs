//! Answers: status, headers, body.

use std::fmt::{self, Write};

use bytes::Bytes;
use http::header::{
    ALLOW, CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_LENGTH, CONTENT_SECURITY_POLICY,
    CONTENT_TYPE, ETAG, HeaderName, LOCATION, RETRY_AFTER, VARY, WARNING, X_CONTENT_TYPE_OPTIONS,
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

/// Names the recipe of a picture.
pub(crate) const RECIPE: HeaderName = HeaderName::from_static("x-resizer-recipe");
/// Says why the answer is not what was asked for.
pub(crate) const FALLBACK: HeaderName = HeaderName::from_static("x-resizer-fallback");
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

/// How long an answer may be kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Lifetime {
    /// By the origin's `Cache-Control` and the policy.
    Full,
    /// Shortly: the next attempt may do better.
    Short,
}

/// A picture, or its description, on its way out.
#[derive(Clone, Debug)]
pub(crate) struct Delivery<'a> {
    pub(crate) body: Bytes,
    pub(crate) media_type: &'static str,
    pub(crate) extension: &'a str,
    pub(crate) etag: ETag,
    pub(crate) lifetime: Lifetime,
    pub(crate) fallback: Option<String>,
    pub(crate) warnings: &'a [String],
    pub(crate) recipe: String,
    pub(crate) vary: &'a [&'static str],
    pub(crate) source: &'a SourceRef,
    pub(crate) origin_cache_control: Option<&'a str>,
    pub(crate) brand: &'a str,
    pub(crate) caching: &'a Caching,
}

impl Delivery<'_> {
    /// The answer with all its headers.
    pub(crate) fn respond(&self, head: bool) -> Response {
        let mut response = self.not_modified();
        response.status = StatusCode::OK;
        let headers = &mut response.headers;
        headers.insert(CONTENT_TYPE, HeaderValue::from_static(self.media_type));
        headers.insert(CONTENT_LENGTH, HeaderValue::from(self.body.len()));
        insert(headers, CONTENT_DISPOSITION, &disposition(self.source, self.extension));
        headers.insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
        if self.media_type == SVG_MEDIA_TYPE {
            headers.insert(CONTENT_SECURITY_POLICY, HeaderValue::from_static(SVG_POLICY));
        }
        insert(headers, RECIPE, if self.recipe.is_empty() { "original" } else { &self.recipe });
        if let Some(reason) = &self.fallback {
            insert(headers, FALLBACK, reason);
        }
        if !self.warnings.is_empty() {
            insert(headers, WARNING, &warning(self.warnings));
        }
        if !head {
            response.body = self.body.clone();
        }
        response
    }

    /// The headers that a 304 shares with its 200 (RFC 9110 section 15.4.5).
    pub(crate) fn not_modified(&self) -> Response {
        let mut headers = HeaderMap::new();
        insert(&mut headers, ETAG, self.etag.as_str());
        insert(&mut headers, CACHE_CONTROL, &self.cache_control());
        if !self.vary.is_empty() {
            insert(&mut headers, VARY, &self.vary.join(", "));
        }
        if let Ok(name) = HeaderName::try_from(self.caching.tag_header.as_str()) {
            insert(&mut headers, name, &cache_tags(self.brand, self.source).join(","));
        }
        Response { status: StatusCode::NOT_MODIFIED, headers, body: Bytes::new() }
    }

    fn cache_control(&self) -> String {
        match self.lifetime {
            Lifetime::Full => cache_control(self.origin_cache_control, self.caching),
            Lifetime::Short => format!("public, max-age={}", self.caching.fallback_max_age),
        }
    }
}

/// The media type of SVG.
pub(crate) const SVG_MEDIA_TYPE: &str = "image/svg+xml";

/// An SVG that is opened as a page may show itself and do nothing else.
const SVG_POLICY: &str = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; sandbox";

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

/// `onerror=redirect`: the way to the original.
#[cfg(feature = "transform")]
pub(crate) fn redirect(source: &SourceRef, caching: &Caching) -> Response {
    let mut headers = HeaderMap::new();
    insert(&mut headers, LOCATION, &source.to_string());
    insert(&mut headers, CACHE_CONTROL, &format!("public, max-age={}", caching.error_max_age));
    headers.insert(CONTENT_LENGTH, HeaderValue::from(0));
    Response { status: StatusCode::FOUND, headers, body: Bytes::new() }
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

/// `inline` with the source's stem and the extension of what is delivered (RFC 6266, RFC 8187).
fn disposition(source: &SourceRef, extension: &str) -> String {
    use percent_encoding::{NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};

    let name = percent_decode_str(source.file_name()).decode_utf8_lossy().into_owned();
    let stem = name.rsplit_once('.').map_or(name.as_str(), |(stem, _)| stem);
    let stem = if stem.is_empty() { "picture" } else { stem };
    let plain: String = stem
        .chars()
        .map(|c| if c.is_ascii_graphic() && !matches!(c, '"' | '\\' | '%') { c } else { '_' })
        .collect();
    let mut text = format!("inline; filename=\"{plain}.{extension}\"");
    if plain != stem {
        let encoded = utf8_percent_encode(stem, NON_ALPHANUMERIC);
        // Writing to a String does not fail.
        let _ = write!(text, "; filename*=UTF-8''{encoded}.{extension}");
    }
    text
}

/// How long a variant may be kept, given what the origin says of the original.
fn cache_control(origin: Option<&str>, caching: &Caching) -> String {
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

/// What was ignored or changed, in the form of Cloudflare's `Warning: cf-images 299 "…"`.
fn warning(warnings: &[String]) -> String {
    /// No header is longer than this; what does not fit is counted.
    const LONGEST: usize = 1024;
    let mut text = String::new();
    for (index, warning) in warnings.iter().enumerate() {
        let quoted = format!("299 edge-resizer \"{}\"", warning.replace(['"', '\\'], "'"));
        if text.len() + quoted.len() > LONGEST {
            // Writing to a String does not fail.
            let _ = write!(text, "299 edge-resizer \"and {} more\"", warnings.len() - index);
            break;
        }
        text.push_str(&quoted);
        if index + 1 < warnings.len() {
            text.push_str(", ");
        }
    }
    text
}

/// Sets a header whose value came from outside: what no header may hold becomes `?`.
fn insert(headers: &mut HeaderMap, name: HeaderName, value: &str) {
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
    fn file_names_survive_any_alphabet() {
        for (path, want) in [
            ("/a/cup.jpg", r#"inline; filename="cup.webp""#),
            ("/a/.jpg", r#"inline; filename="picture.webp""#),
            ("/gr%C3%BCn.jpg", r#"inline; filename="gr_n.webp"; filename*=UTF-8''gr%C3%BCn.webp"#),
            ("/a%22b.jpg", r#"inline; filename="a_b.webp"; filename*=UTF-8''a%22b.webp"#),
        ] {
            let source = SourceRef::Path(SourcePath::parse(path, None).unwrap());
            assert_eq!(disposition(&source, "webp"), want, "{path}");
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

    #[test]
    fn warnings_stay_within_a_header() {
        let many: Vec<_> = (0..200).map(|n| format!("option{n}: no \"such\" option")).collect();
        let text = warning(&many);
        assert!(text.len() < 1100, "{}", text.len());
        assert!(text.ends_with("more\""), "{text}");
        assert!(text.starts_with("299 edge-resizer \"option0: no 'such' option\", "), "{text}");
    }
}
