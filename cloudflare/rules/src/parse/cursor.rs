//! Where the parser is in the text.

use std::ops::Range;

use crate::expression::Logical;

/// A place in a text, always between two characters.
pub(super) struct Cursor<'a> {
    text: &'a str,
    at: usize,
}

impl<'a> Cursor<'a> {
    pub(super) fn new(text: &'a str) -> Self {
        Self { text, at: 0 }
    }

    /// Bytes in front of it.
    pub(super) fn at(&self) -> usize {
        self.at
    }

    pub(super) fn rest(&self) -> &'a str {
        &self.text[self.at..]
    }

    pub(super) fn is_at_end(&self) -> bool {
        self.rest().trim_ascii_start().is_empty()
    }

    pub(super) fn skip_space(&mut self) {
        self.at = self.text.len() - self.rest().trim_ascii_start().len();
    }

    pub(super) fn next(&mut self) -> Option<char> {
        let next = self.rest().chars().next()?;
        self.at += next.len_utf8();
        Some(next)
    }

    /// Steps over `expected` where it is next.
    pub(super) fn take(&mut self, expected: &str) -> bool {
        let is_next = self.rest().starts_with(expected);
        if is_next {
            self.at += expected.len();
        }
        is_next
    }

    /// Steps back to a place that it was at.
    pub(super) fn back_to(&mut self, at: usize) {
        self.at = at;
    }

    /// Steps over characters of a kind.
    pub(super) fn take_while(&mut self, is_wanted: impl Fn(char) -> bool) -> &'a str {
        let rest = self.rest();
        let length = rest.find(|c| !is_wanted(c)).unwrap_or(rest.len());
        self.at += length;
        &rest[..length]
    }

    /// Steps over a keyword that no letter follows.
    pub(super) fn take_word(&mut self, word: &str) -> bool {
        let is_next = self.word() == word;
        if is_next {
            self.at += word.len();
        }
        is_next
    }

    /// The letters, digits and underscores that are next.
    pub(super) fn word(&self) -> &'a str {
        let rest = self.rest();
        &rest[..rest.find(|c| !is_of_word(c)).unwrap_or(rest.len())]
    }

    /// Steps over spaces and the operator that follows them.
    pub(super) fn take_logical(&mut self, operator: Logical) -> bool {
        let before = self.at;
        self.skip_space();
        let (word, sign) = match operator {
            Logical::Or => ("or", "||"),
            Logical::Xor => ("xor", "^^"),
            Logical::And => ("and", "&&"),
        };
        let is_taken = self.take_word(word) || self.take(sign);
        if !is_taken {
            self.at = before;
        }
        is_taken
    }

    /// Steps over a negation.
    pub(super) fn take_not(&mut self) -> bool {
        self.take_word("not") || (!self.rest().starts_with("!=") && self.take("!"))
    }

    /// What is next, for a message: its place and how to call it.
    pub(super) fn found(&self) -> (Range<usize>, String) {
        let word = self.word();
        let shown = match (word, self.rest().chars().next()) {
            ("", None) => return (self.at..self.at, "the end".to_owned()),
            ("", Some('"')) => return (self.at..self.at + 1, "a string".to_owned()),
            ("", Some(sign)) => &self.rest()[..sign.len_utf8()],
            (word, _) => word,
        };
        (self.at..self.at + shown.len(), format!("`{shown}`"))
    }
}

/// Whether a name or a keyword may have it.
pub(super) fn is_of_word(c: char) -> bool {
    c.is_ascii_alphanumeric() || c == '_'
}
