//! The report as one page of HTML: light or dark as the reader has it, and nothing to be loaded.

use std::fmt::Write as _;

use super::{Coverage, Report, by_gravity, heading, percent};

const STYLE: &str = include_str!("page.css");

/// The whole report.
pub(super) fn page(report: Report<'_>) -> String {
    let mut text = format!(
        "<!doctype html>\n<html lang=\"en\">\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <meta name=\"color-scheme\" content=\"light dark\">\n\
         <title>Import from Cloudflare</title>\n<style>\n{STYLE}</style>\n\
         <h1>Import from Cloudflare</h1>\n"
    );
    summary(report, &mut text);
    let import = report.import();
    for zone in report.zones().into_keys() {
        let _ = writeln!(text, "<h2>{}</h2>", escaped(heading(zone)));
        text.push_str(
            "<table>\n<thead><tr><th>Verdict<th>What<th>Which<th>Says it<th>Remarks<th>Traffic</tr></thead>\n",
        );
        for finding in by_gravity(&import.findings, zone) {
            let verdict = &finding.verdict;
            let word = verdict.word();
            let into: Vec<_> =
                verdict.into().iter().map(|key| format!("<code>{}</code>", escaped(key))).collect();
            let remarks: Vec<_> =
                verdict.remarks().iter().map(|it| format!("<li>{}", marked(it))).collect();
            let remarks = if remarks.is_empty() {
                String::new()
            } else {
                format!("<ul>{}</ul>", remarks.join(""))
            };
            let _ = writeln!(
                text,
                "<tr><td><b class=\"{word}\">{word}</b><td>{}<td><code>{}</code><td>{}<td>{remarks}<td>{}</tr>",
                escaped(finding.feature.name),
                escaped(&finding.label),
                into.join(" "),
                finding.share.map(percent).unwrap_or_default(),
            );
        }
        text.push_str("</table>\n");
    }
    unread(report, &mut text);
    text
}

fn summary(report: Report<'_>, text: &mut String) {
    text.push_str(
        "<table class=\"summary\">\n<thead><tr><th>Zone<th>Things<th>Translated<th>Changed<th>No-op<th>Manual\
         <th>Covered</tr></thead>\n",
    );
    for (zone, coverage) in report.zones() {
        row(heading(zone), coverage, text);
    }
    row("all", report.coverage(), text);
    row("all but items of lists", report.coverage_of_rules(), text);
    text.push_str("</table>\n");
}

fn row(name: &str, coverage: Coverage, text: &mut String) {
    let Coverage { all, translated, changed, no_op, manual } = coverage;
    let _ = writeln!(
        text,
        "<tr><th>{}<td>{all}<td>{translated}<td>{changed}<td>{no_op}<td>{manual}\
         <td><meter min=\"0\" max=\"100\" low=\"70\" high=\"90\" optimum=\"100\" value=\"{covered:.1}\"></meter> \
         {covered:.1} %</tr>",
        escaped(name),
        covered = coverage.percent(),
    );
}

fn unread(report: Report<'_>, text: &mut String) {
    let unread = &report.import().unread;
    if unread.is_empty() {
        return;
    }
    text.push_str("<h2>Not read</h2>\n<table>\n<thead><tr><th>File<th>Place<th>Why</tr></thead>\n");
    for it in unread {
        let (file, pointer) = (escaped(&it.place.file), escaped(&it.place.pointer));
        let _ =
            writeln!(text, "<tr><td>{file}<td><code>{pointer}</code><td>{}</tr>", marked(&it.why));
    }
    text.push_str("</table>\n");
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

/// A sentence, what is between backticks as code.
fn marked(text: &str) -> String {
    let parts = text.split('`').enumerate();
    let parts = parts.map(|(index, part)| match index % 2 {
        1 => format!("<code>{}</code>", escaped(part)),
        _ => escaped(part),
    });
    parts.collect()
}
