//! How long an answer may be kept (RFC 9111 section 4.2.1).

use http::HeaderMap;
use http::header::CACHE_CONTROL;

/// Directives under which an answer is not kept at all.
const FORBIDDING: &[&str] = &["no-cache", "no-store", "private"];

/// Seconds for which a shared cache may use an answer without asking again; 0 where its
/// `Cache-Control` forbids or says nothing.
pub(crate) fn lifetime(headers: &HeaderMap) -> u64 {
    let (mut max_age, mut s_maxage) = (None, None);
    let values = headers.get_all(CACHE_CONTROL).iter().filter_map(|value| value.to_str().ok());
    for directive in values.flat_map(|value| value.split(',')) {
        let (name, value) = directive.split_once('=').unwrap_or((directive, ""));
        let name = name.trim().to_ascii_lowercase();
        if FORBIDDING.contains(&name.as_str()) {
            return 0;
        }
        let seconds = value.trim().trim_matches('"').parse::<u64>().ok();
        match name.as_str() {
            "max-age" => max_age = seconds,
            "s-maxage" => s_maxage = seconds,
            _ => {}
        }
    }
    s_maxage.or(max_age).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lifetimes() {
        for (values, want) in [
            (&[][..], 0),
            (&["public, max-age=60"], 60),
            (&["max-age=60, s-maxage=600"], 600),
            (&["S-MaxAge=600,MAX-AGE=\"60\""], 600),
            (&["public", "max-age=5"], 5),
            (&["max-age=60, no-store"], 0),
            (&["private, max-age=60"], 0),
            (&["no-cache", "max-age=60"], 0),
            (&["max-age=-1"], 0),
            (&["max-age=soon, immutable"], 0),
            (&["max-age=99999999999999999999999"], 0),
            (&[",,=,max-age = 7"], 7),
        ] {
            let mut headers = HeaderMap::new();
            for value in values {
                headers.append(CACHE_CONTROL, value.parse().unwrap());
            }
            assert_eq!(lifetime(&headers), want, "{values:?}");
        }
    }
}
