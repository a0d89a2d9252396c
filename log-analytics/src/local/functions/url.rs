//! URLs.

use datafusion::logical_expr::ScalarUDF;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};

use super::of_texts;

/// What `url_encode` leaves as it is, besides letters and digits.
const ENCODED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'_').remove(b'.').remove(b'*');

pub(super) fn all() -> Vec<ScalarUDF> {
    vec![
        of_texts("url_decode", |[text]| decode(text)),
        of_texts("url_encode", |[text]| {
            Some(utf8_percent_encode(text, ENCODED).to_string().replace("%20", "+"))
        }),
        of_texts("url_extract_host", |[url]| host(url)),
        of_texts("url_extract_path", |[url]| {
            let path = path_and_more(url);
            decode_path(path.split(['?', '#']).next()?)
        }),
        of_texts("url_extract_query", |[url]| {
            let rest = path_and_more(url).split('#').next()?;
            Some(rest.split_once('?').map_or_else(String::new, |(_, query)| query.to_owned()))
        }),
        of_texts("url_extract_parameter", |[url, name]| {
            let rest = path_and_more(url).split('#').next()?;
            let (_, query) = rest.split_once('?')?;
            let pair = |pair: &str| {
                let (key, value) = pair.split_once('=').unwrap_or((pair, ""));
                (decode(key)? == name).then(|| decode(value)).flatten()
            };
            query.split('&').find_map(pair)
        }),
    ]
}

/// Undoes `%XX` and `+`; `None` where an escape is none.
fn decode(text: &str) -> Option<String> {
    decode_path(&text.replace('+', " "))
}

fn decode_path(text: &str) -> Option<String> {
    let escapes = text.split('%').skip(1);
    let is_escape = |rest: &str| {
        rest.as_bytes().get(..2).is_some_and(|two| two.iter().all(u8::is_ascii_hexdigit))
    };
    let are_good = escapes.into_iter().all(is_escape);
    are_good.then(|| percent_decode_str(text).decode_utf8_lossy().into_owned())
}

fn host(url: &str) -> Option<String> {
    let authority = after_scheme(url)?.split(['/', '?', '#']).next()?;
    let host = authority.rsplit('@').next()?;
    let host = match host.rsplit_once(':') {
        Some((host, port)) if port.bytes().all(|byte| byte.is_ascii_digit()) => host,
        _ => host,
    };
    (!host.is_empty()).then(|| host.to_owned())
}

fn after_scheme(url: &str) -> Option<&str> {
    url.split_once("://").map(|(_, rest)| rest)
}

/// From the path on; of a URL without scheme that is all of it.
fn path_and_more(url: &str) -> &str {
    match after_scheme(url) {
        Some(rest) => rest.find(['/', '?', '#']).map_or("", |at| &rest[at..]),
        None => url,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn escapes_are_undone_as_trino_does() {
        for (text, want) in [
            ("a%20b+c", Some("a b c")),
            ("%C3%A9", Some("é")),
            ("%zz", None),
            ("%4", None),
            ("", Some("")),
        ] {
            assert_eq!(decode(text).as_deref(), want, "{text}");
        }
    }

    #[test]
    fn hosts_are_told() {
        for (url, want) in [
            ("https://shop.example:443/a", Some("shop.example")),
            ("https://user:pass@shop.example?x", Some("shop.example")),
            ("shop.example/a", None),
            ("https:///a", None),
        ] {
            assert_eq!(host(url).as_deref(), want, "{url}");
        }
    }
}
