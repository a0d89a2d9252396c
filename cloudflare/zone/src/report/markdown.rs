//! The report in Markdown.

use std::fmt::Write as _;

use super::{Coverage, Report, by_gravity, heading, percent};

/// The whole report.
pub(super) fn page(report: Report<'_>) -> String {
    let mut text = String::from("# Import from Cloudflare\n\n");
    text.push_str("| zone | things | translated | changed | no-op | manual | covered |\n");
    text.push_str("|---|---:|---:|---:|---:|---:|---:|\n");
    for (zone, coverage) in report.zones() {
        row(heading(zone), coverage, &mut text);
    }
    row("all", report.coverage(), &mut text);
    row("all but items of lists", report.coverage_of_rules(), &mut text);
    let import = report.import();
    for zone in report.zones().into_keys() {
        let _ = writeln!(text, "\n## {}\n", heading(zone));
        text.push_str("| verdict | what | which | says it | remarks | traffic |\n|---|---|---|---|---|---:|\n");
        for finding in by_gravity(&import.findings, zone) {
            let verdict = &finding.verdict;
            let into: Vec<_> = verdict.into().iter().map(|key| format!("`{key}`")).collect();
            let share = finding.share.map(percent).unwrap_or_default();
            let cells = [
                verdict.word().to_owned(),
                finding.feature.name.to_owned(),
                code(&finding.label),
                into.join(", "),
                cell(&verdict.remarks().join("; ")),
                share,
            ];
            let _ = writeln!(text, "| {} |", cells.join(" | "));
        }
    }
    if !import.unread.is_empty() {
        text.push_str("\n## Not read\n\n| file | place | why |\n|---|---|---|\n");
        for unread in &import.unread {
            let place = &unread.place;
            let _ = writeln!(
                text,
                "| {} | {} | {} |",
                cell(&place.file),
                cell(&place.pointer),
                cell(&unread.why)
            );
        }
    }
    text
}

fn row(name: &str, coverage: Coverage, text: &mut String) {
    let Coverage { all, translated, changed, no_op, manual } = coverage;
    let covered = coverage.percent();
    let _ = writeln!(
        text,
        "| {name} | {all} | {translated} | {changed} | {no_op} | {manual} | {covered:.1} % |"
    );
}

/// A text that stays in its cell.
fn cell(text: &str) -> String {
    text.replace('|', "\\|").replace(['\n', '\r'], " ")
}

fn code(text: &str) -> String {
    let text = cell(text);
    if text.contains('`') { format!("`` {text} ``") } else { format!("`{text}`") }
}
