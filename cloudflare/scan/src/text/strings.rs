//! The strings of scripts and of JSON.
//!
//! Not a parser: strings end at their quote, those in simple quotes at the end of the line at the
//! latest. A quote in a comment or a regular expression so hides one line at most; a single backtick,
//! what follows up to the next.

use super::{Collector, html, srcset};

/// Reads the strings of a text that begins at line `first`.
pub(super) fn read(text: &str, first: usize, found: &mut Collector) {
    let mut line = first;
    let mut rest = text;
    while let Some(at) = rest.find(['"', '\'', '`', '\n']) {
        let (quote, after) = (rest.as_bytes()[at], &rest[at + 1..]);
        if quote == b'\n' {
            line += 1;
            rest = after;
            continue;
        }
        let end = end_of_string(after, quote);
        read_string(&after[..end], line, found);
        line += after[..end].matches('\n').count();
        rest = after[end..].strip_prefix(char::from(quote)).unwrap_or(&after[end..]);
    }
}

/// Where a string ends that was opened with this quote.
fn end_of_string(text: &str, quote: u8) -> usize {
    let mut is_escaped = false;
    for (at, byte) in text.bytes().enumerate() {
        match byte {
            _ if is_escaped => is_escaped = false,
            b'\\' => is_escaped = true,
            b'\n' if quote != b'`' => return at,
            _ if byte == quote => return at,
            _ => {}
        }
    }
    text.len()
}

fn read_string(raw: &str, line: usize, found: &mut Collector) {
    let text = unescaped(raw);
    if text.contains('<') && text.contains('=') {
        html::read_markup(&text, line, found);
    } else if text.trim().contains(' ') && !text.contains("${") {
        for url in srcset::urls(&text) {
            found.maybe_picture(url, line);
        }
    } else {
        found.maybe_picture(&text, line);
    }
}

/// The text without the escapes that stand in URLs and markup.
fn unescaped(raw: &str) -> String {
    let mut text = raw.replace("\\/", "/");
    for (escape, character) in
        [("2F", "/"), ("26", "&"), ("3D", "="), ("3C", "<"), ("3E", ">"), ("22", "\"")]
    {
        for case in [escape.to_owned(), escape.to_ascii_lowercase()] {
            text = text.replace(&format!("\\u00{case}"), character);
            text = text.replace(&format!("\\x{case}"), character);
        }
    }
    text.replace("\\\"", "\"").replace("\\'", "'").replace("\\n", " ")
}
