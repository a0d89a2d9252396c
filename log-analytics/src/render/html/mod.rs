//! A report as one page of HTML that needs nothing but itself.

mod document;
pub(crate) mod facts;
pub(crate) mod table;

use arrow_schema::ArrowError;
use maud::{Markup, html};

pub use document::GENERATOR;
pub(crate) use document::{Document, tone_of};

use super::cells::{self, Cells};
use super::chart;
use crate::local::Answer;
use crate::report::Report;

/// Writes an answer as a page: what was asked, a chart where the report has one, the table, what to do,
/// and what was read.
///
/// # Errors
/// Where a column is of a type that no log has.
pub fn page(
    report: &Report,
    given: &[(String, String)],
    answer: &Answer,
) -> Result<String, ArrowError> {
    let cells = cells::of(report, answer)?;
    let body = html! {
        @if !report.about.is_empty() { p.about { (report.about) } }
        (figure(report, "chart", &cells))
        section aria-labelledby="table" {
            h2 id="table" { "Figures" }
            (table::write(&report.title, &cells, table::Rows::All))
        }
        (facts::advice(report))
        (facts::asked(report, given))
        (facts::read(&answer.summary))
    };
    let title = if report.title.is_empty() { "Answer" } else { &report.title };
    Ok(Document { title, trail: None, body }.write())
}

/// The chart, with what it shows below it; nothing without one.
pub(crate) fn figure(report: &Report, id: &str, cells: &Cells) -> Markup {
    let chart = chart::draw(report, id, cells);
    html! {
        @if let Some(chart) = chart {
            figure {
                (chart)
                figcaption { (caption(report)) }
            }
        }
    }
}

/// `requests by step`: the columns of the chart in words.
fn caption(report: &Report) -> String {
    let mut columns = report.chart.iter().skip(1).map(|name| chart::words(name));
    let first = columns.next().unwrap_or_default();
    let rest: Vec<String> = columns.collect();
    match report.chart.first().map(String::as_str) {
        Some("stacked" | "heat") => {
            let value = rest.last().cloned().unwrap_or_default();
            format!("{value} by {first} and {}", rest[..rest.len().saturating_sub(1)].join(", "))
        }
        Some("line") => format!("{} over time, UTC", rest.join(", ")),
        _ => format!("{} by {first}", rest.join(", ")),
    }
}
