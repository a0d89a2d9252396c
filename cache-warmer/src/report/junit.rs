//! `JUnit`, as CI systems read it (<https://github.com/testmoapp/junitxml>).

use std::fmt::Write;

use crate::report::{Cell, Report, percent};

pub(super) fn document(report: &Report, required: f64) -> String {
    let is_cold = |cell: &&Cell| cell.hot < required - 1e-9;
    let failures = report.matrix.iter().filter(is_cold).count();
    let mut xml = String::from("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
    let tests = report.matrix.len();
    // Writing to a String does not fail, here and below.
    let _ = writeln!(
        xml,
        "<testsuite name=\"cdn-cli warm\" tests=\"{tests}\" failures=\"{failures}\" time=\"{:.3}\">",
        report.seconds
    );
    for cell in &report.matrix {
        let (location, wish) = (escaped(&cell.location), cell.wish.label());
        let _ = write!(xml, "  <testcase classname=\"{location}\" name=\"{wish}\"");
        if is_cold(&cell) {
            let message = format!("{} hot, {} required", percent(cell.hot), percent(required));
            let _ = writeln!(
                xml,
                ">\n    <failure message=\"{message}\">{}</failure>",
                why(report, cell)
            );
            xml.push_str("  </testcase>\n");
        } else {
            xml.push_str("/>\n");
        }
    }
    xml.push_str("</testsuite>\n");
    xml
}

/// The examples of the cell, a line each.
fn why(report: &Report, cell: &Cell) -> String {
    let examples = report.problems.iter().flat_map(|problem| {
        let its = problem.examples.iter();
        its.filter(|it| it.location == cell.location && it.wish == cell.wish)
            .map(|it| format!("{} {}: {}", problem.outcome.label(), it.url, it.detail))
    });
    escaped(&examples.collect::<Vec<_>>().join("\n"))
}

/// A text as XML and HTML have it, within quotes too.
pub(super) fn escaped(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '&' => safe.push_str("&amp;"),
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            '"' => safe.push_str("&quot;"),
            c if c.is_control() && c != '\n' => safe.push('\u{fffd}'),
            c => safe.push(c),
        }
    }
    safe
}
