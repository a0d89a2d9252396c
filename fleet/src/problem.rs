//! What is wrong in the files, with its place: collected, then shown all at once.

mod frame;
mod secrets;
mod words;

use std::ops::Range;

use serde::Serialize;

use crate::sources::FilePlace;

pub(crate) use frame::{located, render};
pub(crate) use secrets::is_secret;
pub(crate) use words::closest;
pub use words::nearest;

/// One thing that is wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Problem {
    /// Bytes of the files, one behind the other ([`crate::sources::Sources`]).
    pub(crate) span: Range<usize>,
    /// What is wrong, lower-case, without a full stop.
    pub(crate) message: String,
    /// What to do.
    pub(crate) hint: Option<String>,
}

/// One thing that is wrong in a file, as data.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct FileProblem {
    /// Where.
    #[serde(flatten)]
    pub place: FilePlace,
    /// What is wrong.
    pub message: String,
    /// What to do.
    pub hint: Option<String>,
}

impl Problem {
    /// A problem at a place.
    pub(crate) fn new(span: Range<usize>, message: impl Into<String>) -> Self {
        Self { span, message: message.into(), hint: None }
    }

    /// The problem with advice.
    pub(crate) fn with_hint(self, hint: impl Into<String>) -> Self {
        Self { hint: Some(hint.into()), ..self }
    }

    /// What the TOML crate has to say, in the words of somebody who writes the file.
    pub(crate) fn from_toml(error: &toml::de::Error, fallback: Range<usize>) -> Self {
        let span = error.span().unwrap_or(fallback);
        let message = error.message();
        if let Some((wrong, known)) = words::unknown_name(message, "unknown field `") {
            return Self::unknown_key(span, &wrong, known.iter().map(String::as_str));
        }
        if let Some(names) = message.strip_prefix("unexpected keys in table: ")
            && let Some((wrong, known)) = names.split_once(", available keys: ")
        {
            let first = wrong.split(", ").next().unwrap_or(wrong);
            return Self::unknown_key(span, first, known.split(", "));
        }
        if let Some((wrong, known)) = words::unknown_name(message, "unknown variant `") {
            return Self::unknown_choice(span, &wrong, known.iter().map(String::as_str));
        }
        if let Some(name) = message.strip_prefix("missing field ") {
            return Self::new(span, format!("{name} is missing"));
        }
        Self::new(span, words::in_plain_words(message))
    }

    /// Whether it is about something that another layer may say.
    pub(crate) fn is_about_missing(&self) -> bool {
        self.message.ends_with("is missing") || self.message.starts_with("an origin is a table")
    }

    /// A key that does not belong here.
    pub(crate) fn unknown_key<'a>(
        span: Range<usize>,
        wrong: &str,
        known: impl Iterator<Item = &'a str>,
    ) -> Self {
        Self::new(span, format!("unknown key `{wrong}`")).with_hint(closest(wrong, known, "keys"))
    }

    /// A word that is none of those that may stand here.
    pub(crate) fn unknown_choice<'a>(
        span: Range<usize>,
        wrong: &str,
        known: impl Iterator<Item = &'a str>,
    ) -> Self {
        let hint = closest(wrong, known, "choices");
        Self::new(span, format!("`{wrong}` is not known here")).with_hint(hint)
    }
}

#[cfg(test)]
mod tests;
