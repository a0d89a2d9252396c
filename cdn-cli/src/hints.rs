//! What to do about an error, told below it.

use std::fmt;

use crate::cli::WIDTH;
use crate::printer::wrap;

/// An error with advice: shown as the error, then one `hint:` line for each piece of advice found
/// along the chain of causes.
#[derive(Debug)]
pub(crate) struct Hinted {
    message: String,
    hint: String,
}

impl Hinted {
    /// An error with one piece of advice.
    pub(crate) fn error(message: impl Into<String>, hint: impl Into<String>) -> anyhow::Error {
        Self { message: message.into(), hint: hint.into() }.into()
    }
}

impl fmt::Display for Hinted {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for Hinted {}

/// The error as text: one line for each cause, then a blank line and the hints.
pub(crate) fn render(error: &anyhow::Error) -> String {
    let mut text = String::new();
    for (depth, cause) in error.chain().enumerate() {
        let label = if depth == 0 { "error: " } else { "  because: " };
        push(label, &cause.to_string(), &mut text);
    }
    let hints: Vec<_> =
        error.chain().filter_map(|cause| cause.downcast_ref::<Hinted>()).map(|h| &h.hint).collect();
    if !hints.is_empty() {
        text.push('\n');
    }
    for hint in hints {
        push("hint: ", hint, &mut text);
    }
    text
}

/// Adds a labeled text, wrapped; one that has its own lines, such as a file's, keeps them.
fn push(label: &str, message: &str, text: &mut String) {
    let lines = if message.contains('\n') {
        vec![message.to_owned()]
    } else {
        wrap(message, WIDTH - label.len())
    };
    text.push_str(label);
    text.push_str(&lines.join(&format!("\n{}", " ".repeat(label.len()))));
    text.push('\n');
}
