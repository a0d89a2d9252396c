//! For people.

use std::fmt::Write as _;

use super::{line, title};
use crate::compare::{Moments, Report};

/// What differs, URL by URL; what is allowed is marked.
pub fn text(report: &Report) -> String {
    // Writing to a String does not fail.
    let mut text = String::new();
    for it in &report.compared {
        if it.differences.is_empty() && it.allowed.is_empty() {
            continue;
        }
        let _ = writeln!(text, "{}", title(it));
        for difference in &it.differences {
            let _ = writeln!(text, "  {}", line(difference));
        }
        for allowed in &it.allowed {
            let line = line(&allowed.difference);
            let _ = writeln!(text, "  {line} (allowed: {})", allowed.reason);
        }
    }
    text
}

/// A line of numbers.
pub fn summary(report: &Report) -> String {
    let all = report.compared.len();
    let differ = report.compared.iter().filter(|it| !it.differences.is_empty()).count();
    let allowed: usize = report.compared.iter().map(|it| it.allowed.len()).sum();
    let [old, new] = [report.moments.old, report.moments.new]
        .map(|Moments { head, whole }| format!("{head:.1}/{whole:.1} ms"));
    format!(
        "{differ} of {all} requests differ, allowed differences: {allowed}; first byte/whole \
         answer: {old} -> {new} (medians)"
    )
}
