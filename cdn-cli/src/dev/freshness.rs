//! How long an answer may be kept: CloudFront's rules for a minimum TTL of 0 and the default
//! maximum.
//!
//! <https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/Expiration.html>

use std::time::Duration;

use http::{HeaderMap, StatusCode, header};
use jiff::Timestamp;

/// An answer that says nothing of its age: a day, as in the managed policy `CachingOptimized`.
const DEFAULT_TTL: Duration = Duration::from_hours(24);

/// Nothing is kept longer than a year.
const MAX_TTL: Duration = Duration::from_hours(365 * 24);

/// The error caching minimum TTL.
const ERROR_TTL: Duration = Duration::from_secs(10);

/// How long an answer stays fresh; `None` where it may not be kept at all, zero where it may be
/// kept but must be asked for again each time.
pub(crate) fn time_to_live(
    status: StatusCode,
    headers: &HeaderMap,
    now: Timestamp,
) -> Option<Duration> {
    let control = CacheControl::read(headers);
    if control.forbids || headers.get(header::VARY).is_some_and(|vary| vary == "*") {
        return None;
    }
    let said = control.shared_max_age.or(control.max_age).or_else(|| expires_in(headers, now));
    let ttl = match status.as_u16() {
        200 | 301 | 302 | 303 | 307 | 308 => said.or_else(|| default_ttl(headers)),
        404 | 410 | 414 | 500..=504 => Some(said.unwrap_or_default().max(ERROR_TTL)),
        400..=499 => said,
        _ => None,
    };
    ttl.map(|ttl| ttl.min(MAX_TTL))
}

/// A page is expected to change, so it is kept only where it says for how long.
fn default_ttl(headers: &HeaderMap) -> Option<Duration> {
    let kind = headers.get(header::CONTENT_TYPE).map_or(&b""[..], |kind| kind.as_bytes());
    (!kind.to_ascii_lowercase().starts_with(b"text/html")).then_some(DEFAULT_TTL)
}

#[derive(Debug, Default)]
struct CacheControl {
    forbids: bool,
    max_age: Option<Duration>,
    shared_max_age: Option<Duration>,
}

impl CacheControl {
    /// Reads all `Cache-Control` lines; what is not understood is passed over.
    fn read(headers: &HeaderMap) -> Self {
        let mut control = Self::default();
        let lines = headers.get_all(header::CACHE_CONTROL).iter();
        for directive in lines.filter_map(|line| line.to_str().ok()).flat_map(|l| l.split(',')) {
            let (name, value) = directive.split_once('=').unwrap_or((directive, ""));
            let seconds = || value.trim().trim_matches('"').parse().ok().map(Duration::from_secs);
            match name.trim().to_ascii_lowercase().as_str() {
                "no-store" | "private" | "no-cache" => control.forbids = true,
                "max-age" => control.max_age = control.max_age.or_else(seconds),
                "s-maxage" => control.shared_max_age = control.shared_max_age.or_else(seconds),
                _ => {}
            }
        }
        control
    }
}

/// Time until `Expires`; a date that cannot be read is in the past (RFC 9111 section 5.3).
fn expires_in(headers: &HeaderMap, now: Timestamp) -> Option<Duration> {
    let expires = headers.get(header::EXPIRES)?;
    let expires = expires.to_str().ok().and_then(http_date).unwrap_or(Timestamp::UNIX_EPOCH);
    Some(Duration::try_from(expires.duration_since(now)).unwrap_or_default())
}

/// Reads a date of HTTP, `Sun, 06 Nov 1994 08:49:37 GMT`.
pub(crate) fn http_date(text: &str) -> Option<Timestamp> {
    jiff::fmt::rfc2822::DateTimeParser::new().parse_timestamp(text).ok()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn ttl(status: u16, lines: &[(&'static str, &str)]) -> Option<u64> {
        let headers = lines
            .iter()
            .map(|(name, value)| (header::HeaderName::from_static(name), value.parse().unwrap()))
            .collect();
        let now = "1994-11-06T08:49:37Z".parse().unwrap();
        time_to_live(StatusCode::from_u16(status).unwrap(), &headers, now).map(|t| t.as_secs())
    }

    #[test]
    fn the_age_is_what_the_origin_says() {
        for (control, want) in [
            ("max-age=60", Some(60)),
            ("public, max-age=60, s-maxage=600", Some(600)),
            ("S-MaxAge=\"600\" , Max-Age=60", Some(600)),
            ("max-age=0", Some(0)),
            ("max-age=60, must-revalidate", Some(60)),
            ("max-age=99999999999", Some(31_536_000)),
            ("max-age=60, max-age=90", Some(60)),
            ("max-age=-5", Some(86_400)),
            ("max-age=", Some(86_400)),
            ("max-age=60, no-store", None),
            ("private, max-age=60", None),
            ("no-cache", None),
            ("immutable", Some(86_400)),
            ("", Some(86_400)),
        ] {
            let got = ttl(200, &[("cache-control", control), ("content-type", "image/webp")]);
            assert_eq!(got, want, "{control:?}");
        }
    }

    #[test]
    fn a_page_is_kept_only_where_it_says_so() {
        assert_eq!(ttl(200, &[("content-type", "text/html; charset=utf-8")]), None);
        assert_eq!(ttl(200, &[("content-type", "Text/HTML")]), None);
        let page = [("content-type", "text/html"), ("cache-control", "max-age=5")];
        assert_eq!(ttl(200, &page), Some(5));
    }

    #[test]
    fn expires_counts_where_cache_control_does_not() {
        for (expires, want) in [
            ("Sun, 06 Nov 1994 08:50:37 GMT", 60),
            ("Sun, 06 Nov 1994 08:48:37 GMT", 0),
            ("0", 0),
            ("soon", 0),
        ] {
            assert_eq!(ttl(200, &[("expires", expires)]), Some(want), "{expires}");
        }
        let both = [("expires", "0"), ("cache-control", "max-age=7")];
        assert_eq!(ttl(200, &both), Some(7));
    }

    #[test]
    fn errors_are_kept_shortly() {
        for (status, control, want) in [
            (404, "", Some(10)),
            (404, "max-age=60", Some(60)),
            (404, "max-age=1", Some(10)),
            (404, "no-store", None),
            (503, "", Some(10)),
            (403, "", None),
            (422, "max-age=30", Some(30)),
            (405, "", None),
            (206, "max-age=60", None),
            (304, "max-age=60", None),
            (302, "max-age=60", Some(60)),
        ] {
            let lines = [("cache-control", control)];
            let lines = if control.is_empty() { &[][..] } else { &lines[..] };
            assert_eq!(ttl(status, lines), want, "{status} {control}");
        }
        assert_eq!(ttl(200, &[("vary", "*"), ("cache-control", "max-age=60")]), None);
    }

    proptest! {
        #[test]
        fn whatever_stands_there_is_read(
            status in 100_u16..600,
            control in "([a-z-]{1,9}=?\"?[0-9]{0,25}\"?[,; ]{0,2}){0,4}",
            expires in "\\PC{0,40}",
        ) {
            let mut headers = HeaderMap::new();
            headers.insert(header::CACHE_CONTROL, control.parse().unwrap());
            if let Ok(expires) = expires.parse() {
                headers.insert(header::EXPIRES, expires);
            }
            let status = StatusCode::from_u16(status).unwrap();
            let ttl = time_to_live(status, &headers, Timestamp::UNIX_EPOCH);
            prop_assert!(ttl.is_none_or(|ttl| ttl <= MAX_TTL));
        }
    }
}
