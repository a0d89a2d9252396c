//! Headers that may be named, and those that CloudFront keeps to itself.

use super::{Check, names};

/// Headers that may not stand somewhere.
pub(super) struct Forbidden {
    /// In lower case; one that ends in `*` stands for all that begin so.
    names: &'static [&'static str],
    /// What such a header cannot do.
    cannot: &'static str,
    /// What to do instead.
    hint: &'static str,
}

/// Where every header may stand.
pub(super) const NONE: Forbidden = Forbidden { names: &[], cannot: "", hint: "" };

/// What no request to an origin can be given:
/// <https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/add-origin-custom-headers.html>.
pub(super) const FORBIDDEN_TO_ORIGINS: Forbidden = Forbidden {
    names: &[
        "accept-encoding",
        "cache-control",
        "connection",
        "content-length",
        "cookie",
        "host",
        "if-match",
        "if-modified-since",
        "if-none-match",
        "if-range",
        "if-unmodified-since",
        "max-forwards",
        "pragma",
        "proxy-authenticate",
        "proxy-authorization",
        "proxy-connection",
        "range",
        "request-range",
        "te",
        "trailer",
        "transfer-encoding",
        "upgrade",
        "via",
        "x-amz-*",
        "x-edge-*",
        "x-real-ip",
    ],
    cannot: "be sent to an origin by CloudFront",
    hint: "leave it out: CloudFront writes this header itself or not at all",
};

/// What CloudFront neither adds to an answer nor takes from it:
/// <https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/understanding-response-headers-policies.html>.
pub(super) const FORBIDDEN_TO_VIEWERS: Forbidden = Forbidden {
    names: &[
        "connection",
        "content-encoding",
        "content-length",
        "expect",
        "host",
        "keep-alive",
        "proxy-authenticate",
        "proxy-authorization",
        "proxy-connection",
        "trailer",
        "transfer-encoding",
        "upgrade",
        "via",
        "warning",
        "x-accel-*",
        "x-amz-cf-*",
        "x-amzn-*",
        "x-cache*",
        "x-edge-*",
        "x-forwarded-proto",
        "x-real-ip",
    ],
    cannot: "be changed in CloudFront's answers",
    hint: "leave it out: CloudFront writes this header itself or not at all",
};

/// What does not enter a cache key as a header:
/// <https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/controlling-the-cache-key.html>.
pub(super) const FORBIDDEN_IN_KEYS: Forbidden = Forbidden {
    names: &[
        "accept-encoding",
        "connection",
        "content-length",
        "cookie",
        "expect",
        "if-*",
        "keep-alive",
        "proxy-*",
        "range",
        "request-range",
        "te",
        "trailer",
        "transfer-encoding",
        "upgrade",
        "via",
        "x-amz-cf-*",
        "x-edge-*",
    ],
    cannot: "be in a cache key",
    hint: "leave it out: cookies have the key `cookies`, and encodings are told apart anyway",
};

/// Characters of a header's value that CloudFront adds: the length of a Content-Security-Policy.
pub(super) const VALUE: usize = 1_783;

/// A header's name, at its key.
pub(super) fn check(check: &mut Check<'_, '_>, place: &[&str], name: &str, forbidden: &Forbidden) {
    if let Some((message, hint)) = wrong(name, forbidden) {
        check.key(place, message, hint);
    }
}

/// A header's name, where it is a value.
pub(super) fn check_named(
    check: &mut Check<'_, '_>,
    place: &[&str],
    name: &str,
    forbidden: &Forbidden,
) {
    if let Some((message, hint)) = wrong(name, forbidden) {
        check.value(place, message, hint);
    }
}

fn wrong(name: &str, forbidden: &Forbidden) -> Option<(String, &'static str)> {
    if !names::is_token(name) {
        return Some((format!("`{name}` cannot be a header"), "letters, digits and `-`"));
    }
    let lower = name.to_ascii_lowercase();
    let matches = |known: &&str| match known.strip_suffix('*') {
        Some(prefix) => lower.starts_with(prefix),
        None => lower == **known,
    };
    let is_forbidden = forbidden.names.iter().any(matches);
    is_forbidden.then(|| (format!("`{name}` cannot {}", forbidden.cannot), forbidden.hint))
}

/// A header's value, which is not shown: it may be a secret.
pub(super) fn check_value(check: &mut Check<'_, '_>, place: &[&str], value: &str) {
    if value.chars().any(char::is_control) {
        let hint = "a header is one line of printable characters";
        check.value(place, "the header's value has a line break or a control character", hint);
    }
    let length = value.chars().count();
    if length > VALUE {
        let message = format!("{length} characters are more than a header may have");
        check.value(place, message, format!("CloudFront takes at most {VALUE}"));
    }
}
