//! For CI: <https://github.com/testmoapp/junitxml>.

use std::fmt::Write as _;

use super::{line, title};
use crate::compare::Report;
use crate::differ::Difference;

/// `JUnit`'s XML: a test case for each request, a failure for each that differs.
pub fn junit(report: &Report) -> String {
    let failures = report.compared.iter().filter(|it| !it.differences.is_empty()).count();
    let mut xml = String::from("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
    let tests = report.compared.len();
    let name = escaped(&format!("{} and {}", report.old, report.new));
    // Writing to a String does not fail.
    let _ = writeln!(xml, "<testsuite name=\"{name}\" tests=\"{tests}\" failures=\"{failures}\">");
    for it in &report.compared {
        let case = format!("  <testcase classname=\"compare\" name=\"{}\"", escaped(&title(it)));
        if it.differences.is_empty() {
            let _ = writeln!(xml, "{case}/>");
            continue;
        }
        let names: Vec<_> = it.differences.iter().map(Difference::name).collect();
        let lines: Vec<_> = it.differences.iter().map(line).collect();
        let (message, text) = (escaped(&names.join(", ")), escaped(&lines.join("\n")));
        let failure = format!("    <failure message=\"{message}\">{text}</failure>");
        let _ = writeln!(xml, "{case}>\n{failure}\n  </testcase>");
    }
    xml.push_str("</testsuite>\n");
    xml
}

/// Without what XML 1.0 cannot hold, and with its own characters escaped.
fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\n' | '\t' => escaped.push(character),
            character if character.is_control() => escaped.push('\u{fffd}'),
            character => escaped.push(character),
        }
    }
    escaped
}
