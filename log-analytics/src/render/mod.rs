//! An answer as text: for a terminal, for a machine, for a page.

pub(crate) mod cells;
mod chart;
mod delimited;
pub(crate) mod html;
mod json;
mod parquet;
mod prometheus;
mod table;
pub(crate) mod units;

pub use html::{GENERATOR, page};
pub use parquet::parquet;

use crate::local::Answer;
use crate::report::Report;

/// How an answer is written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Format {
    /// Columns between spaces, for a terminal.
    #[default]
    Table,
    /// An array of objects.
    Json,
    /// RFC 4180, with a header.
    Csv,
    /// A table of GitHub's Markdown.
    Markdown,
    /// Prometheus's text format: a metric for each column of numbers.
    Prometheus,
}

/// Writes an answer.
///
/// # Errors
/// Where a column is of a type that no log has.
pub fn render(
    report: &Report,
    answer: &Answer,
    format: Format,
) -> Result<String, arrow_schema::ArrowError> {
    let cells = cells::of(report, answer)?;
    Ok(match format {
        Format::Table => table::write(&cells),
        Format::Json => json::write(answer)?,
        Format::Csv => delimited::csv(&cells),
        Format::Markdown => delimited::markdown(&cells),
        Format::Prometheus => prometheus::write(report, &cells),
    })
}
