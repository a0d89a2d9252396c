//! Regular expressions and wildcards, compiled once.

use std::fmt::Write as _;

use regex::bytes::{Regex, RegexBuilder};

/// Bytes that a compiled regular expression may take: the default of the engine whose grammar this
/// is, <https://github.com/cloudflare/wirefilter>.
const COMPILED_BYTES: usize = 10 << 20;

/// A regular expression in the dialect of Rust's `regex`, without Unicode unless it says `(?u)`.
#[derive(Clone, Debug)]
pub struct Pattern {
    text: Vec<u8>,
    compiled: Result<Regex, String>,
}

/// A text in which `*` stands for any bytes, none included.
#[derive(Clone, Debug)]
pub struct Wildcard {
    text: Vec<u8>,
    is_strict: bool,
    compiled: Pattern,
}

impl Pattern {
    pub(crate) fn new(text: impl Into<Vec<u8>>) -> Self {
        let text = text.into();
        let compiled = match std::str::from_utf8(&text) {
            Ok(pattern) => compile(pattern),
            Err(_) => Err("it is not UTF-8".to_owned()),
        };
        Self { text, compiled }
    }

    /// What was written, without quotation marks and their escapes.
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.text).into_owned()
    }

    /// Why it does not compile.
    pub fn problem(&self) -> Option<&str> {
        self.compiled.as_ref().err().map(String::as_str)
    }

    pub(crate) fn regex(&self) -> Option<&Regex> {
        self.compiled.as_ref().ok()
    }
}

impl Wildcard {
    /// The pattern that `text` is: with regard to case where `is_strict`.
    pub(crate) fn new(text: impl Into<Vec<u8>>, is_strict: bool) -> Self {
        let text = text.into();
        let compiled = match translated(&text, is_strict) {
            Ok(pattern) => Pattern::new(pattern),
            Err(problem) => Pattern { text: text.clone(), compiled: Err(problem) },
        };
        Self { text, is_strict, compiled }
    }

    /// What was written, without quotation marks and their escapes.
    pub fn text(&self) -> &[u8] {
        &self.text
    }

    /// Whether case counts: `strict wildcard`.
    pub fn is_strict(&self) -> bool {
        self.is_strict
    }

    /// Why it is no wildcard pattern.
    pub fn problem(&self) -> Option<&str> {
        self.compiled.problem()
    }

    pub(crate) fn pattern(&self) -> &Pattern {
        &self.compiled
    }
}

impl PartialEq for Pattern {
    fn eq(&self, other: &Self) -> bool {
        self.text == other.text
    }
}

impl PartialEq for Wildcard {
    fn eq(&self, other: &Self) -> bool {
        (&self.text, self.is_strict) == (&other.text, other.is_strict)
    }
}

fn compile(pattern: &str) -> Result<Regex, String> {
    let mut builder = RegexBuilder::new(pattern);
    let compiled = builder.unicode(false).size_limit(COMPILED_BYTES).build();
    compiled.map_err(|error| match error {
        regex::Error::CompiledTooBig(limit) => {
            format!("it takes more than {} MiB when it is compiled", limit >> 20)
        }
        // The last of several lines; those before show the pattern.
        error => {
            let shown = error.to_string();
            let last = shown.lines().last().unwrap_or_default();
            last.trim().trim_start_matches("error: ").to_owned()
        }
    })
}

/// The regular expression of the same meaning, each `*` a group that takes as little as it can.
fn translated(wildcard: &[u8], is_strict: bool) -> Result<String, String> {
    let mut pattern = String::from(if is_strict { "(?s)^" } else { "(?si)^" });
    let mut bytes = wildcard.iter().copied().peekable();
    while let Some(byte) = bytes.next() {
        match byte {
            b'*' if bytes.peek() == Some(&b'*') => {
                return Err("two `*` may not follow one another".to_owned());
            }
            b'*' => pattern.push_str("(.*?)"),
            b'\\' => match bytes.next_if(|next| matches!(next, b'*' | b'\\')) {
                Some(escaped) => push_literally(escaped, &mut pattern),
                None => return Err(r"`\` may only stand before `*` and `\`".to_owned()),
            },
            byte => push_literally(byte, &mut pattern),
        }
    }
    pattern.push('$');
    Ok(pattern)
}

/// Adds what matches one byte; `$` stays the very end, since the patterns have no `m`.
fn push_literally(byte: u8, pattern: &mut String) {
    if byte.is_ascii_alphanumeric() {
        pattern.push(char::from(byte));
    } else {
        // Writing to a `String` cannot fail.
        let _ = write!(pattern, r"\x{byte:02x}");
    }
}
