//! A report for people, for machines, for CI and for meetings.

mod html;
mod junit;
mod text;

use crate::compare::{Compared, Report};
use crate::differ::Difference;

pub use html::{HtmlError, html};
pub use junit::junit;
pub use text::{summary, text};

/// One JSON object.
///
/// # Errors
/// Never in practice: all keys are texts.
pub fn json(report: &Report) -> Result<String, serde_json::Error> {
    serde_json::to_string_pretty(report)
}

/// `/a.jpg (avif)`.
fn title(compared: &Compared) -> String {
    match compared.accept {
        Some(accept) => format!("{} ({accept})", compared.url),
        None => compared.url.clone(),
    }
}

/// `vary: none -> Accept`.
fn line(difference: &Difference) -> String {
    format!("{}: {} -> {}", difference.name(), difference.old, difference.new)
}
