//! Undoes CloudFront's escapes. It writes `%` as `%25`, so what a browser had escaped already stands
//! there twice.

use std::borrow::Cow;

/// Undoes the escapes once: what the viewer sent.
pub(crate) fn once(text: &str) -> Cow<'_, str> {
    let Some(first) = memchr::memchr(b'%', text.as_bytes()) else {
        return Cow::Borrowed(text);
    };
    let mut out = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    let mut next = Some(first);
    while let Some(at) = next {
        out.extend_from_slice(&rest[..at]);
        if let Some(byte) = rest.get(at + 1..at + 3).and_then(byte_of) {
            out.push(byte);
            rest = &rest[at + 3..];
        } else {
            out.push(b'%');
            rest = &rest[at + 1..];
        }
        next = memchr::memchr(b'%', rest);
    }
    out.extend_from_slice(rest);
    Cow::Owned(match String::from_utf8(out) {
        Ok(text) => text,
        Err(error) => String::from_utf8_lossy(error.as_bytes()).into_owned(),
    })
}

/// Undoes the escapes until nothing is left to undo, twice at most: what a person reads.
pub(crate) fn twice(text: &str) -> Cow<'_, str> {
    match once(text) {
        Cow::Owned(text) if text.contains('%') => Cow::Owned(once(&text).into_owned()),
        text => text,
    }
}

fn byte_of(digits: &[u8]) -> Option<u8> {
    let digit = |byte: u8| char::from(byte).to_digit(16);
    u8::try_from(digit(digits[0])? * 16 + digit(digits[1])?).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn escapes_are_undone_and_the_rest_is_left() {
        for (text, want_once, want_twice) in [
            ("/a", "/a", "/a"),
            ("/a%20b", "/a b", "/a b"),
            ("/a%2520b", "/a%20b", "/a b"),
            ("/a%252520b", "/a%2520b", "/a%20b"),
            ("100%", "100%", "100%"),
            ("%zz%4", "%zz%4", "%zz%4"),
            ("%C3%A9", "é", "é"),
            ("%FF", "\u{fffd}", "\u{fffd}"),
            ("a+b", "a+b", "a+b"),
        ] {
            assert_eq!(once(text), want_once, "{text}");
            assert_eq!(twice(text), want_twice, "{text}");
        }
    }
}
