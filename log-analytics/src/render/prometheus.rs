//! Prometheus's text format:
//! <https://prometheus.io/docs/instrumenting/exposition_formats/>.

use super::cells::{Cells, Head};
use crate::report::Report;

/// Each column of numbers is a metric; the others are its labels.
pub(super) fn write(report: &Report, cells: &Cells) -> String {
    let mut out = String::new();
    for (column, head) in cells.heads.iter().enumerate().filter(|(_, head)| head.is_number) {
        let name = metric(&format!("cdn_{}_{}", report.name, head.name));
        out.extend([format!("# HELP {name} {}: {}\n", report.title, head.name)]);
        out.extend([format!("# TYPE {name} gauge\n")]);
        for row in &cells.rows {
            if let Some(value) = &row[column] {
                out.extend([format!("{name}{} {value}\n", labels(&cells.heads, row))]);
            }
        }
    }
    out
}

fn labels(heads: &[Head], row: &[Option<String>]) -> String {
    let label = |(head, cell): (&Head, &Option<String>)| {
        let value = cell.as_deref().filter(|_| !head.is_number)?;
        let value = value.replace('\\', "\\\\").replace('"', "\\\"").replace('\n', "\\n");
        Some(format!("{}=\"{value}\"", metric(&head.name)))
    };
    let labels: Vec<String> = heads.iter().zip(row).filter_map(label).collect();
    if labels.is_empty() { String::new() } else { format!("{{{}}}", labels.join(",")) }
}

/// Letters, digits and `_`.
fn metric(name: &str) -> String {
    name.chars().map(|c| if c.is_ascii_alphanumeric() { c } else { '_' }).collect()
}
