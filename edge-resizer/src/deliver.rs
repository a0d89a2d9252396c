//! Pictures on their way out: what their headers say.

use std::fmt::Write;

use bytes::Bytes;
use http::header::{
    CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_LENGTH, CONTENT_SECURITY_POLICY, CONTENT_TYPE,
    ETAG, HeaderName, LOCATION, VARY, WARNING, X_CONTENT_TYPE_OPTIONS,
};
use http::{HeaderMap, HeaderValue, StatusCode};

use crate::dialect::ORIGINAL;
use crate::policy::Caching;
use crate::respond::{ETag, Response, cache_control, cache_tags, insert};
use crate::source_ref::SourceRef;

/// Names the recipe of a picture.
pub(crate) const RECIPE: HeaderName = HeaderName::from_static("x-resizer-recipe");
/// Says why the answer is not what was asked for.
pub(crate) const FALLBACK: HeaderName = HeaderName::from_static("x-resizer-fallback");
/// How long an answer may be kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Lifetime {
    /// By the origin's `Cache-Control` and the policy.
    Full,
    /// Shortly: the next attempt may do better.
    Short,
    /// Shortly, and on while the next attempt is made: nobody is to wait for that.
    UntilReplaced,
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
        let recipe = if self.recipe.is_empty() { ORIGINAL } else { &self.recipe };
        insert(headers, RECIPE, recipe);
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
            Lifetime::UntilReplaced => {
                let full = cache_control(self.origin_cache_control, self.caching);
                // What the origin forbids to keep is not kept shortly either.
                if !full.starts_with("public") {
                    return full;
                }
                let Caching { fallback_max_age, max_age, .. } = self.caching;
                format!("public, max-age={fallback_max_age}, stale-while-revalidate={max_age}")
            }
        }
    }
}

/// The media type of SVG.
pub(crate) const SVG_MEDIA_TYPE: &str = "image/svg+xml";

/// An SVG that is opened as a page may show itself and do nothing else.
const SVG_POLICY: &str = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; sandbox";

/// `onerror=redirect`: the way to the original.
pub(crate) fn redirect(source: &SourceRef, caching: &Caching) -> Response {
    let mut headers = HeaderMap::new();
    insert(&mut headers, LOCATION, &source.to_string());
    insert(&mut headers, CACHE_CONTROL, &format!("public, max-age={}", caching.error_max_age));
    headers.insert(CONTENT_LENGTH, HeaderValue::from(0));
    Response { status: StatusCode::FOUND, headers, body: Bytes::new() }
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source_ref::SourcePath;

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
    fn warnings_stay_within_a_header() {
        let many: Vec<_> = (0..200).map(|n| format!("option{n}: no \"such\" option")).collect();
        let text = warning(&many);
        assert!(text.len() < 1100, "{}", text.len());
        assert!(text.ends_with("more\""), "{text}");
        assert!(text.starts_with("299 edge-resizer \"option0: no 'such' option\", "), "{text}");
    }
}
