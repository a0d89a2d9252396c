//! What stands below the figures: what to do, what was asked, what was read.

use maud::{Markup, html};

use crate::local::{FileSummary, Summary};
use crate::render::units;
use crate::report::Report;

/// Files that are told of one by one; beyond, they are counted.
const TOLD: usize = 20;

/// What to do about a bad figure.
pub(super) fn advice(report: &Report) -> Markup {
    html! {
        @if !report.advice.is_empty() {
            section aria-labelledby="advice" {
                h2 id="advice" { "What to do about it" }
                p { (report.advice) }
            }
        }
    }
}

/// The parameters with their values, and the SQL.
pub(super) fn asked(report: &Report, given: &[(String, String)]) -> Markup {
    let value = |name: &str| given.iter().rev().find(|(its, _)| its == name).map(|(_, it)| it);
    html! {
        section aria-labelledby="asked" {
            h2 id="asked" { "How it was asked" }
            @if !report.parameters.is_empty() {
                dl {
                    @for parameter in &report.parameters {
                        dt { (parameter.name) }
                        dd {
                            code { (value(&parameter.name).unwrap_or(&parameter.default)) }
                            @if !parameter.about.is_empty() { " " span.note { (parameter.about) } }
                        }
                    }
                }
            }
            @if !report.sql.is_empty() {
                details { summary { "SQL" } pre tabindex="0" { code { (report.sql) } } }
            }
        }
    }
}

/// What was read, and what was not and why.
pub(crate) fn read(summary: &Summary) -> Markup {
    let count = |count: u64| units::shown(None, &count.to_string());
    html! {
        section aria-labelledby="read" {
            h2 id="read" { "What was read" }
            dl {
                dt { "Files" } dd { (count(summary.files)) ", " (units::with_unit(Some("bytes"), summary.bytes as f64)) }
                dt { "Rows" } dd { (count(summary.rows)) }
                @if summary.outside > 0 { dt { "Rows of another time" } dd { (count(summary.outside)) } }
                dt { "Lines that cannot be understood" } dd { (count(summary.bad_lines)) }
                @if summary.others > 0 { dt { "Lines of other things" } dd { (count(summary.others)) } }
                @if summary.streaming > 0 { dt { "Records of streaming passed over" } dd { (count(summary.streaming)) } }
            }
            @if !summary.noteworthy.is_empty() { (noteworthy(&summary.noteworthy)) }
        }
    }
}

fn noteworthy(files: &[FileSummary]) -> Markup {
    html! {
        details {
            summary { (files.len()) " files with something to be said of" }
            ul.files {
                @for file in files.iter().take(TOLD) {
                    li { code { (file.file) } ": " (file.notes().join("; ")) }
                }
            }
            @if files.len() > TOLD { p.more { "And " (files.len() - TOLD) " more." } }
        }
    }
}
