//! How CloudFront writes what a viewer sent: ASCII 0 to 32, 127 and above, and a few signs become `%XX`
//! (<https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/standard-logs-reference.html>).
//! A `%` is one of them, so what the browser had escaped stands there twice.

const SIGNS: &[u8] = b"<>\"#%{}|\\^~[]'`";
const DIGITS: &[u8; 16] = b"0123456789ABCDEF";

/// Which bytes are escaped.
const ESCAPED: [bool; 256] = {
    let mut escaped = [false; 256];
    let mut byte = 0;
    while byte < 256 {
        escaped[byte] = byte <= 32 || byte >= 127;
        byte += 1;
    }
    let mut sign = 0;
    while sign < SIGNS.len() {
        escaped[SIGNS[sign] as usize] = true;
        sign += 1;
    }
    escaped
};

/// Appends a text as a log has it.
pub(crate) fn push_escaped(out: &mut Vec<u8>, text: &str) {
    for &byte in text.as_bytes() {
        if ESCAPED[byte as usize] {
            let digits = [DIGITS[usize::from(byte >> 4)], DIGITS[usize::from(byte & 15)]];
            out.extend_from_slice(&[b'%', digits[0], digits[1]]);
        } else {
            out.push(byte);
        }
    }
}

/// A text as a log has it.
pub(crate) fn escaped(text: &str) -> String {
    let mut out = Vec::with_capacity(text.len() * 2);
    push_escaped(&mut out, text);
    // Nothing but ASCII is left.
    String::from_utf8(out).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn signs_are_written_as_cloudfront_does() {
        for (text, want) in [
            ("/a/b.jpg?w=1&h=2", "/a/b.jpg?w=1&h=2"),
            ("a b%20c", "a%20b%2520c"),
            ("é~'", "%C3%A9%7E%27"),
            ("{[\t]}", "%7B%5B%09%5D%7D"),
        ] {
            assert_eq!(escaped(text), want, "{text}");
        }
    }
}
