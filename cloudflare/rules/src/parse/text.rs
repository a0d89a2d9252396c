//! Quoted and raw strings.

use super::Parser;
use crate::issue::Issue;

/// Signs `#` that a raw string may have on either side.
pub(crate) const MAX_HASHES: usize = 255;

impl Parser<'_> {
    /// Whether a string is next.
    pub(super) fn is_at_text(&self) -> bool {
        let rest = self.cursor.rest();
        let raw = rest.strip_prefix('r').map(|rest| rest.trim_start_matches('#'));
        rest.starts_with('"') || raw.is_some_and(|rest| rest.starts_with('"'))
    }

    /// The bytes of a string, which is next.
    pub(super) fn text(&mut self) -> Result<Vec<u8>, Issue> {
        let start = self.cursor.at();
        if self.cursor.take("r") {
            return Ok(self.raw(start)?.into_bytes());
        }
        self.cursor.take("\"");
        let mut bytes = Vec::new();
        loop {
            match self.cursor.next() {
                None => return Err(unfinished(start, "\"")),
                Some('"') => return Ok(bytes),
                Some('\\') => bytes.push(self.escape()?),
                Some(c) => bytes.extend(c.encode_utf8(&mut [0; 4]).as_bytes()),
            }
        }
    }

    /// The regular expression that a string is, which is next. In a quoted one a backslash belongs
    /// to the expression, but for `\"`; and a quotation mark in a class of characters does not end
    /// it.
    pub(super) fn regex_text(&mut self) -> Result<String, Issue> {
        let start = self.cursor.at();
        if self.cursor.take("r") {
            return self.raw(start);
        }
        self.cursor.take("\"");
        let mut pattern = String::new();
        let mut is_in_class = false;
        loop {
            match self.cursor.next() {
                None => return Err(unfinished(start, "\"")),
                Some('"') if !is_in_class => return Ok(pattern),
                Some('\\') => {
                    let Some(escaped) = self.cursor.next() else { continue };
                    if is_in_class || escaped != '"' {
                        pattern.push('\\');
                    }
                    pattern.push(escaped);
                }
                Some(c) => {
                    is_in_class = if is_in_class { c != ']' } else { c == '[' };
                    pattern.push(c);
                }
            }
        }
    }

    /// The rest of a raw string, behind its `r`.
    fn raw(&mut self, start: usize) -> Result<String, Issue> {
        let hashes = self.cursor.take_while(|c| c == '#');
        if hashes.len() > MAX_HASHES {
            let message = format!("a raw string has at most {MAX_HASHES} signs `#`");
            return Err(Issue::new(start..self.cursor.at(), message));
        }
        self.cursor.take("\"");
        let end = format!("\"{hashes}");
        let Some(length) = self.cursor.rest().find(&end) else {
            return Err(unfinished(start, &end));
        };
        let text = self.cursor.rest()[..length].to_owned();
        self.cursor.take(&text);
        self.cursor.take(&end);
        Ok(text)
    }

    /// The byte that what is behind a backslash stands for.
    fn escape(&mut self) -> Result<u8, Issue> {
        let start = self.cursor.at() - 1;
        let digits = |digits: &str, radix| u8::from_str_radix(digits, radix).ok();
        let rest = self.cursor.rest();
        let (byte, length) = match rest.chars().next() {
            Some('"') => (Some(b'"'), 1),
            Some('\\') => (Some(b'\\'), 1),
            Some('x') => (rest.get(1..3).and_then(|it| digits(it, 16)), 3),
            Some('0'..='7') => (rest.get(..3).and_then(|it| digits(it, 8)), 3),
            Some(_) => (None, 1),
            None => return Err(unfinished(start, "\"")),
        };
        if let Some(byte) = byte.filter(|_| !rest[..length].contains('+')) {
            self.cursor.take(&rest[..length]);
            return Ok(byte);
        }
        let escaped = self.cursor.next().unwrap_or_default();
        let message = format!(r"`\{escaped}` is no escape");
        let hint = r#"write `\\` for a backslash, or a raw string, r"…", in which it is one"#;
        Err(Issue::new(start..self.cursor.at(), message).with_hint(hint))
    }
}

fn unfinished(start: usize, end: &str) -> Issue {
    Issue::new(start..start + 1, "the string has no end").with_hint(format!("it ends with `{end}`"))
}
