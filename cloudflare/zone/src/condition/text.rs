//! Tests of texts.

use std::fmt;

use regex::bytes::RegexBuilder;

/// What a text is like.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct TextTest {
    pub(crate) kind: TestKind,
    /// Whether case does not count: the text is compared in lower case.
    pub(crate) ignores_case: bool,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum TestKind {
    Is(String),
    StartsWith(String),
    EndsWith(String),
    Contains(String),
    /// A regular expression of the dialect of Rust.
    Matches(String),
    /// `*` stands for any characters.
    Wildcard(String),
}

impl TextTest {
    pub(crate) fn new(kind: TestKind) -> Self {
        Self { kind, ignores_case: false }
    }

    pub(crate) fn is(text: impl Into<String>) -> Self {
        Self::new(TestKind::Is(text.into()))
    }

    /// A pattern in lower case, which case does not count for.
    pub(crate) fn wildcard(pattern: &str) -> Self {
        Self::new(TestKind::Wildcard(pattern.to_owned())).ignoring_case()
    }

    /// The same without regard to case.
    pub(crate) fn ignoring_case(mut self) -> Self {
        self.ignores_case = true;
        self
    }

    /// Whether a text passes; `None` where the regular expression is none.
    pub(crate) fn passes(&self, text: &str) -> Option<bool> {
        let lower = self.ignores_case.then(|| text.to_ascii_lowercase());
        let text = lower.as_deref().unwrap_or(text);
        Some(match &self.kind {
            TestKind::Is(want) => text == want,
            TestKind::StartsWith(want) => text.starts_with(want.as_str()),
            TestKind::EndsWith(want) => text.ends_with(want.as_str()),
            TestKind::Contains(want) => text.contains(want.as_str()),
            TestKind::Wildcard(pattern) => wildcard_matches(pattern, text),
            TestKind::Matches(pattern) => {
                RegexBuilder::new(pattern).unicode(false).build().ok()?.is_match(text.as_bytes())
            }
        })
    }
}

/// Whether a text fits a pattern in which `*` stands for any characters; both are of one case.
pub(crate) fn wildcard_matches(pattern: &str, text: &str) -> bool {
    let pieces: Vec<&str> = pattern.split('*').collect();
    let [first, middle @ .., last] = pieces.as_slice() else { return pattern == text };
    let Some(mut rest) = text.strip_prefix(first) else { return false };
    for piece in middle {
        match rest.find(piece) {
            Some(at) => rest = &rest[at + piece.len()..],
            None => return false,
        }
    }
    rest.ends_with(last)
}

impl fmt::Display for TextTest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (word, text) = match &self.kind {
            TestKind::Is(text) => ("is", text),
            TestKind::StartsWith(text) => ("starts with", text),
            TestKind::EndsWith(text) => ("ends with", text),
            TestKind::Contains(text) => ("contains", text),
            TestKind::Matches(text) => ("matches", text),
            TestKind::Wildcard(text) => ("fits", text),
        };
        write!(f, "{word} {text:?}")?;
        if self.ignores_case { f.write_str(" in any case") } else { Ok(()) }
    }
}
