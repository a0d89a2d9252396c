//! From a whole answer to what one request gets of it: all, its head, a range, or 304; and the
//! headers that CloudFront puts on top.

use std::ops::RangeInclusive;

use bytes::Bytes;
use http::{HeaderMap, HeaderValue, Method, Response, StatusCode, header};
use jiff::Timestamp;

use super::access_log::ResultType;
use super::distribution::{Distribution, EDGE_LOCATION};
use super::edge_cache::Stored;
use super::freshness::http_date;

/// What of an answer a request asks for.
#[derive(Debug, PartialEq, Eq)]
enum Portion {
    All,
    /// First and last byte.
    Range(RangeInclusive<usize>),
    /// Nothing, the client has it.
    NotModified,
    /// A range beyond the end.
    Unsatisfiable,
}

/// Makes the answer to a request.
pub(crate) fn deliver(method: &Method, headers: &HeaderMap, stored: Stored) -> Response<Bytes> {
    let portion = portion(headers, &stored);
    let mut response = Response::new(stored.body);
    *response.status_mut() = stored.status;
    *response.headers_mut() = stored.headers;
    match portion {
        Portion::All => {
            let length = HeaderValue::from(response.body().len());
            response.headers_mut().insert(header::CONTENT_LENGTH, length);
        }
        Portion::Range(range) => cut(&mut response, range),
        Portion::NotModified => empty(&mut response, StatusCode::NOT_MODIFIED),
        Portion::Unsatisfiable => {
            let whole = response.body().len();
            empty(&mut response, StatusCode::RANGE_NOT_SATISFIABLE);
            set_content_range(response.headers_mut(), &format!("bytes */{whole}"));
            response.headers_mut().insert(header::CONTENT_LENGTH, HeaderValue::from(0));
        }
    }
    if *method == Method::HEAD {
        *response.body_mut() = Bytes::new();
    }
    response
}

/// Adds the headers that CloudFront adds, and takes none away.
pub(crate) fn add_edge_headers(
    headers: &mut HeaderMap,
    result: ResultType,
    distribution: &Distribution,
    request_id: &str,
    age: Option<u64>,
) {
    let via = format!("1.1 {} (CloudFront)", distribution.domain());
    let mut set = |name: &'static str, value: &str| {
        // Every value is made of visible ASCII, so that none is left out.
        if let Ok(value) = HeaderValue::from_str(value) {
            headers.insert(name, value);
        }
    };
    set("x-cache", result.x_cache());
    set("via", &via);
    set("x-amz-cf-pop", EDGE_LOCATION);
    set("x-amz-cf-id", request_id);
    if let Some(age) = age {
        set("age", &age.to_string());
    }
}

fn portion(request: &HeaderMap, stored: &Stored) -> Portion {
    if stored.status != StatusCode::OK {
        return Portion::All;
    }
    if is_held(request, &stored.headers) {
        return Portion::NotModified;
    }
    let text = |name| request.get(name).and_then(|value: &HeaderValue| value.to_str().ok());
    let range_applies = text(header::IF_RANGE).is_none_or(|tag| {
        let is = |name| stored.headers.get(name).is_some_and(|value| value == tag);
        !tag.starts_with("W/") && (is(header::ETAG) || is(header::LAST_MODIFIED))
    });
    match text(header::RANGE).filter(|_| range_applies) {
        Some(range) => read_range(range, stored.body.len()),
        None => Portion::All,
    }
}

/// Whether the client holds this answer (RFC 9110 section 13.2.2: `If-None-Match` outranks the
/// date).
fn is_held(request: &HeaderMap, answer: &HeaderMap) -> bool {
    let opaque = |tag: &str| tag.trim().trim_start_matches("W/").to_owned();
    if request.contains_key(header::IF_NONE_MATCH) {
        let Some(tag) = answer.get(header::ETAG).and_then(|tag| tag.to_str().ok()) else {
            return false;
        };
        let lines = request.get_all(header::IF_NONE_MATCH).iter();
        let mut tags = lines.filter_map(|line| line.to_str().ok()).flat_map(|l| l.split(','));
        return tags.any(|held| held.trim() == "*" || opaque(held) == opaque(tag));
    }
    let date = |headers: &HeaderMap, name| -> Option<Timestamp> {
        http_date(headers.get(name)?.to_str().ok()?)
    };
    let (since, modified) =
        (date(request, header::IF_MODIFIED_SINCE), date(answer, header::LAST_MODIFIED));
    since.zip(modified).is_some_and(|(since, modified)| modified <= since)
}

/// Reads `bytes=0-99`, `bytes=100-` or `bytes=-100`. Several ranges or another unit get the whole
/// answer, which RFC 9110 section 14.2 allows.
fn read_range(text: &str, length: usize) -> Portion {
    let Some((first, last)) = text.strip_prefix("bytes=").and_then(|range| range.split_once('-'))
    else {
        return Portion::All;
    };
    let number = |digits: &str| -> Option<usize> {
        let plain = !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit());
        plain.then(|| digits.parse().unwrap_or(usize::MAX))
    };
    match (first.trim(), number(first.trim()), last.trim(), number(last.trim())) {
        ("", _, _, Some(suffix)) if suffix > 0 && length > 0 => {
            Portion::Range(length.saturating_sub(suffix)..=length - 1)
        }
        ("", _, _, Some(_)) => Portion::Unsatisfiable,
        (_, Some(first), _, Some(last)) if last < first => Portion::All,
        (_, Some(first), "", _) if first < length => Portion::Range(first..=length - 1),
        (_, Some(first), _, Some(last)) if first < length => {
            Portion::Range(first..=last.min(length - 1))
        }
        (_, Some(_), "", _) | (_, Some(_), _, Some(_)) => Portion::Unsatisfiable,
        _ => Portion::All,
    }
}

fn cut(response: &mut Response<Bytes>, range: RangeInclusive<usize>) {
    let whole = response.body().len();
    let (first, last) = (*range.start(), *range.end());
    let part = response.body().slice(range);
    *response.status_mut() = StatusCode::PARTIAL_CONTENT;
    set_content_range(response.headers_mut(), &format!("bytes {first}-{last}/{whole}"));
    response.headers_mut().insert(header::CONTENT_LENGTH, HeaderValue::from(part.len()));
    *response.body_mut() = part;
}

fn empty(response: &mut Response<Bytes>, status: StatusCode) {
    *response.status_mut() = status;
    *response.body_mut() = Bytes::new();
    for name in [header::CONTENT_LENGTH, header::CONTENT_TYPE, header::CONTENT_ENCODING] {
        response.headers_mut().remove(name);
    }
}

fn set_content_range(headers: &mut HeaderMap, text: &str) {
    // Digits and punctuation make a valid value, so that none is left out.
    if let Ok(value) = HeaderValue::from_str(text) {
        headers.insert(header::CONTENT_RANGE, value);
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const DATE: &str = "Sun, 06 Nov 1994 08:49:37 GMT";

    fn headers(lines: &[(&'static str, &str)]) -> HeaderMap {
        lines
            .iter()
            .map(|(name, value)| (header::HeaderName::from_static(name), value.parse().unwrap()))
            .collect()
    }

    fn stored() -> Stored {
        Stored {
            status: StatusCode::OK,
            headers: headers(&[
                ("etag", "\"v1\""),
                ("last-modified", DATE),
                ("content-type", "image/webp"),
                ("vary", "Accept"),
            ]),
            body: Bytes::from_static(b"0123456789"),
            since: Timestamp::UNIX_EPOCH,
        }
    }

    fn get(lines: &[(&'static str, &str)]) -> Response<Bytes> {
        deliver(&Method::GET, &headers(lines), stored())
    }

    #[test]
    fn conditions_are_met_as_http_says() {
        for (lines, want) in [
            (&[("if-none-match", "\"v1\"")][..], 304),
            (&[("if-none-match", "W/\"v1\"")], 304),
            (&[("if-none-match", "\"v0\", \"v1\"")], 304),
            (&[("if-none-match", "*")], 304),
            (&[("if-none-match", "\"v2\"")], 200),
            (&[("if-none-match", "\"v2\""), ("if-modified-since", DATE)], 200),
            (&[("if-modified-since", DATE)], 304),
            (&[("if-modified-since", "Sun, 06 Nov 1994 08:49:38 GMT")], 304),
            (&[("if-modified-since", "Sun, 06 Nov 1994 08:49:36 GMT")], 200),
            (&[("if-modified-since", "yesterday")], 200),
        ] {
            let got = get(lines);
            assert_eq!(got.status(), want, "{lines:?}");
            assert_eq!(got.body().is_empty(), want == 304, "{lines:?}");
            assert_eq!(got.headers()["etag"], "\"v1\"", "{lines:?}");
            assert_eq!(got.headers()["vary"], "Accept", "{lines:?}");
            assert_eq!(got.headers().contains_key("content-length"), want == 200, "{lines:?}");
        }
    }

    #[test]
    fn ranges_are_cut() {
        for (range, status, body, content_range) in [
            ("bytes=0-3", 206, "0123", "bytes 0-3/10"),
            ("bytes=8-", 206, "89", "bytes 8-9/10"),
            ("bytes=-3", 206, "789", "bytes 7-9/10"),
            ("bytes=-99", 206, "0123456789", "bytes 0-9/10"),
            ("bytes=5-99999999999999999999999", 206, "56789", "bytes 5-9/10"),
            ("bytes=10-", 416, "", "bytes */10"),
            ("bytes=10-20", 416, "", "bytes */10"),
            ("bytes=-0", 416, "", "bytes */10"),
            ("bytes=3-1", 200, "0123456789", ""),
            ("bytes=0-1,3-4", 200, "0123456789", ""),
            ("bytes=-", 200, "0123456789", ""),
            ("bytes=a-b", 200, "0123456789", ""),
            ("bytes=+1-2", 200, "0123456789", ""),
            ("lines=0-3", 200, "0123456789", ""),
        ] {
            let got = get(&[("range", range)]);
            assert_eq!(got.status(), status, "{range}");
            assert_eq!(got.body(), body, "{range}");
            let header = got.headers().get("content-range").map_or("", |v| v.to_str().unwrap());
            assert_eq!(header, content_range, "{range}");
            assert_eq!(got.headers()["content-length"], body.len().to_string(), "{range}");
        }
        for (if_range, status) in [("\"v1\"", 206), (DATE, 206), ("\"v2\"", 200), ("W/\"v1\"", 200)]
        {
            let got = get(&[("range", "bytes=0-3"), ("if-range", if_range)]);
            assert_eq!(got.status(), status, "{if_range}");
        }
    }

    #[test]
    fn a_range_of_nothing_is_no_panic() {
        for range in ["bytes=0-", "bytes=-1", "bytes=0-0"] {
            let stored = Stored { body: Bytes::new(), ..stored() };
            let got = deliver(&Method::GET, &headers(&[("range", range)]), stored);
            assert_eq!(got.status(), 416, "{range}");
        }
    }

    proptest! {
        #[test]
        fn no_range_leads_outside_the_body(
            range in "(bytes=)?[0-9]{0,22}-?[0-9]{0,22}|\\PC*",
            length in 0_usize..50,
        ) {
            if let Portion::Range(range) = read_range(&range, length) {
                prop_assert!(range.start() <= range.end() && *range.end() < length);
            }
        }
    }

    #[test]
    fn head_tells_the_length_without_the_body() {
        let got = deliver(&Method::HEAD, &HeaderMap::new(), stored());
        assert_eq!(got.headers()["content-length"], "10");
        assert!(got.body().is_empty());
    }

    #[test]
    fn errors_are_never_cut_or_not_modified() {
        let failed = Stored { status: StatusCode::NOT_FOUND, ..stored() };
        let lines = headers(&[("if-none-match", "\"v1\""), ("range", "bytes=0-3")]);
        let got = deliver(&Method::GET, &lines, failed);
        assert_eq!((got.status().as_u16(), got.body().len()), (404, 10));
    }

    #[test]
    fn the_headers_of_the_edge_are_added() {
        let mut all = headers(&[("server-timing", "decode;dur=1")]);
        let distribution = Distribution::of_site("atelier");
        add_edge_headers(&mut all, ResultType::RefreshHit, &distribution, "id==", Some(7));
        for (name, want) in [
            ("x-cache", "RefreshHit from cloudfront"),
            ("x-amz-cf-pop", "DEV50-P1"),
            ("x-amz-cf-id", "id=="),
            ("age", "7"),
            ("server-timing", "decode;dur=1"),
        ] {
            assert_eq!(all[name], want, "{name}");
        }
        assert_eq!(all["via"], format!("1.1 {} (CloudFront)", distribution.domain()));
    }
}
