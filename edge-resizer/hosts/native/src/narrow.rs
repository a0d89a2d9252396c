//! From a whole answer to the one that was asked for: 304, no body, or all of it.

use bytes::Bytes;
use edge_resizer::{Request, Response};
use http::header::{
    CONTENT_DISPOSITION, CONTENT_LENGTH, CONTENT_TYPE, ETAG, HeaderName, IF_NONE_MATCH,
};
use http::{HeaderMap, HeaderValue, Method, StatusCode};

/// Headers about a body, which a 304 does without (RFC 9110 section 15.4.5).
const ABOUT_A_BODY: [HeaderName; 3] = [CONTENT_DISPOSITION, CONTENT_LENGTH, CONTENT_TYPE];

/// The request whose answer serves everybody who asks for the same: an unconditional `GET` in the
/// place of a `HEAD` or a conditional one.
pub(crate) fn widen(request: &Request) -> Request {
    let mut widened = request.clone();
    if widened.method == Method::HEAD {
        widened.method = Method::GET;
    }
    widened.headers.remove(IF_NONE_MATCH);
    widened.held = None;
    widened
}

/// What `request` asked for of the whole answer to its [`widen`]ed form.
pub(crate) fn narrow(whole: Response, request: &Request) -> Response {
    if whole.status == StatusCode::OK && is_known(&whole.headers, &request.headers) {
        return not_modified(whole);
    }
    if request.method == Method::HEAD { without_body(whole) } else { whole }
}

/// Whether the client has this very answer (RFC 9110 section 13.1.2: weak comparison, `*` is any).
fn is_known(answer: &HeaderMap, request: &HeaderMap) -> bool {
    let Some(etag) = answer.get(ETAG).and_then(|etag| etag.to_str().ok()) else { return false };
    let conditions = request.get_all(IF_NONE_MATCH).iter().filter_map(|value| value.to_str().ok());
    conditions
        .flat_map(|condition| condition.split(','))
        .map(str::trim)
        .any(|condition| condition == "*" || opaque(condition) == opaque(etag))
}

/// A tag without its mark of weakness.
fn opaque(etag: &str) -> &str {
    etag.strip_prefix("W/").unwrap_or(etag)
}

fn not_modified(whole: Response) -> Response {
    let mut headers = whole.headers;
    for name in ABOUT_A_BODY {
        headers.remove(name);
    }
    Response { status: StatusCode::NOT_MODIFIED, headers, body: Bytes::new() }
}

fn without_body(mut whole: Response) -> Response {
    whole.headers.insert(CONTENT_LENGTH, HeaderValue::from(whole.body.len()));
    Response { body: Bytes::new(), ..whole }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn whole(status: StatusCode, etag: &str) -> Response {
        let mut headers = HeaderMap::new();
        headers.insert(ETAG, etag.parse().unwrap());
        headers.insert(CONTENT_TYPE, "image/webp".parse().unwrap());
        headers.insert("vary", "Accept".parse().unwrap());
        Response { status, headers, body: Bytes::from_static(b"picture") }
    }

    fn request(method: Method, conditions: &[&str]) -> Request {
        let mut request = Request { method, ..Request::get("/a.jpg") };
        for condition in conditions {
            request.headers.append(IF_NONE_MATCH, condition.parse().unwrap());
        }
        request
    }

    #[test]
    fn conditions_are_heeded() {
        for (etag, conditions, want) in [
            (r#""a""#, &[][..], 200),
            (r#""a""#, &[r#""a""#], 304),
            (r#""a""#, &[r#""b", "a""#], 304),
            (r#""a""#, &[r#""b""#, r#"W/"a""#], 304),
            (r#"W/"a""#, &[r#""a""#], 304),
            (r#""a""#, &["*"], 304),
            (r#""a""#, &["a"], 200),
            (r#""a""#, &[r#""A""#, "", ",,"], 200),
        ] {
            for method in [Method::GET, Method::HEAD] {
                let answer = narrow(whole(StatusCode::OK, etag), &request(method, conditions));
                assert_eq!(answer.status.as_u16(), want, "{etag} {conditions:?}");
            }
        }
        let missing = narrow(whole(StatusCode::NOT_FOUND, "\"a\""), &request(Method::GET, &["*"]));
        assert_eq!(missing.status, StatusCode::NOT_FOUND);
    }

    #[test]
    fn a_304_says_nothing_of_a_body() {
        let answer = narrow(whole(StatusCode::OK, "\"a\""), &request(Method::GET, &["*"]));
        let names: Vec<_> = answer.headers.keys().map(HeaderName::as_str).collect();
        assert_eq!((names, answer.body.len()), (vec!["etag", "vary"], 0));
    }

    #[test]
    fn head_has_the_length_and_no_body() {
        let answer = narrow(whole(StatusCode::OK, "\"a\""), &request(Method::HEAD, &[]));
        assert_eq!(
            (&answer.headers[CONTENT_LENGTH], answer.body.len()),
            (&"7".parse().unwrap(), 0)
        );
    }

    #[test]
    fn widened_requests_ask_for_everything() {
        let widened = widen(&request(Method::HEAD, &["*"]));
        assert_eq!((&widened.method, widened.headers.len()), (&Method::GET, 0));
        assert_eq!(widen(&request(Method::POST, &[])).method, Method::POST);
    }
}
