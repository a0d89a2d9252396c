//! Findings for machines: SARIF 2.1.0 and `JUnit`.

use std::fmt::Write as _;

use serde_json::{Value, json};

use super::{Finding, RULES, Severity};

/// <https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html>.
const SARIF_SCHEMA: &str = "https://json.schemastore.org/sarif-2.1.0.json";

/// The findings as SARIF 2.1.0, which code hosts show beside the lines of a change.
pub fn sarif(findings: &[Finding]) -> Value {
    let rules = RULES.iter().map(|rule| {
        json!({
            "id": rule.id,
            "shortDescription": { "text": rule.what },
            "fullDescription": { "text": rule.why },
            "help": { "text": rule.hint },
            "defaultConfiguration": { "level": rule.severity.name() },
        })
    });
    let rules: Vec<_> = rules.collect();
    let results: Vec<_> = findings.iter().map(result).collect();
    json!({
        "$schema": SARIF_SCHEMA,
        "version": "2.1.0",
        "runs": [{
            "tool": { "driver": {
                "name": "cdn-cli fleet lint",
                "version": env!("CARGO_PKG_VERSION"),
                "rules": rules,
            } },
            // Columns of places are characters, not UTF-16 units.
            "columnKind": "unicodeCodePoints",
            "results": results,
        }],
    })
}

fn result(finding: &Finding) -> Value {
    let place = &finding.place;
    json!({
        "ruleId": finding.rule,
        "ruleIndex": RULES.iter().position(|rule| rule.id == finding.rule),
        "level": finding.severity.name(),
        "message": { "text": text(finding) },
        "locations": [{ "physicalLocation": {
            "artifactLocation": { "uri": uri(&place.file) },
            "region": { "startLine": place.line, "startColumn": place.column },
        } }],
    })
}

/// What was found and where it matters.
fn text(finding: &Finding) -> String {
    match finding.sites.as_slice() {
        [] => format!("{}; {}", finding.message, finding.hint),
        [site] => format!("{}: {}; {}", site, finding.message, finding.hint),
        sites => format!("{} sites: {}; {}", sites.len(), finding.message, finding.hint),
    }
}

/// A path as a relative reference (RFC 3986): what is not plain is escaped.
fn uri(path: &str) -> String {
    path.bytes().fold(String::new(), |mut uri, byte| {
        if byte.is_ascii_alphanumeric() || b"-._~/".contains(&byte) {
            uri.push(char::from(byte));
        } else {
            // Writing to a `String` cannot fail.
            let _ = write!(uri, "%{byte:02X}");
        }
        uri
    })
}

/// The findings as a `JUnit` report: a test for each rule, which fails where `least` or more was
/// found.
pub fn junit(findings: &[Finding], least: Severity) -> String {
    let failed = |finding: &&Finding| finding.severity >= least;
    let mut cases = String::new();
    let mut failures = 0;
    for rule in &RULES {
        let found: Vec<_> =
            findings.iter().filter(|it| it.rule == rule.id).filter(failed).collect();
        failures += usize::from(!found.is_empty());
        // Writing to a `String` cannot fail.
        let _ = write!(cases, "    <testcase classname=\"fleet.lint\" name=\"{}\"", rule.id);
        if found.is_empty() {
            cases.push_str("/>\n");
            continue;
        }
        let _ = write!(
            cases,
            ">\n      <failure type=\"{}\" message=\"{}\">",
            rule.severity.name(),
            escaped(rule.what)
        );
        let lines: Vec<_> = found.iter().map(|it| format!("{}: {}", it.place, text(it))).collect();
        let _ = writeln!(cases, "{}</failure>\n    </testcase>", escaped(&lines.join("\n")));
    }
    let tests = RULES.len();
    format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n\
         <testsuites tests=\"{tests}\" failures=\"{failures}\">\n  \
         <testsuite name=\"fleet lint\" tests=\"{tests}\" failures=\"{failures}\" errors=\"0\">\n\
         {cases}  </testsuite>\n</testsuites>\n"
    )
}

/// Text that XML takes: its marks as references, control characters as spaces.
fn escaped(text: &str) -> String {
    let mut out = String::new();
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\n' => out.push('\n'),
            c if c.is_control() => out.push(' '),
            c => out.push(c),
        }
    }
    out
}
