//! CSV and Markdown.

use super::cells::{Cells, printable};

/// RFC 4180: lines end with CR LF, a cell is quoted where it has to be, NULL is empty.
pub(super) fn csv(cells: &Cells) -> String {
    let mut out = String::new();
    let names: Vec<Option<&str>> =
        cells.heads.iter().map(|head| Some(head.name.as_str())).collect();
    push_csv(&mut out, &names);
    for row in &cells.rows {
        push_csv(&mut out, &row.iter().map(Option::as_deref).collect::<Vec<_>>());
    }
    out
}

fn push_csv(out: &mut String, row: &[Option<&str>]) {
    let cell = |cell: Option<&str>| match cell {
        None => String::new(),
        Some(text) if text.is_empty() || text.contains([',', '"', '\r', '\n']) => {
            format!("\"{}\"", text.replace('"', "\"\""))
        }
        Some(text) => text.to_owned(),
    };
    out.push_str(&row.iter().copied().map(cell).collect::<Vec<_>>().join(","));
    out.push_str("\r\n");
}

pub(super) fn markdown(cells: &Cells) -> String {
    let names = cells.heads.iter().map(|head| escaped(&head.name));
    let mut out = format!("| {} |\n", names.collect::<Vec<_>>().join(" | "));
    let rules = cells.heads.iter().map(|head| if head.is_number { "---:" } else { "---" });
    out.extend([format!("| {} |\n", rules.collect::<Vec<_>>().join(" | "))]);
    for row in &cells.rows {
        let row = row.iter().map(|cell| cell.as_deref().map(escaped).unwrap_or_default());
        out.extend([format!("| {} |\n", row.collect::<Vec<_>>().join(" | "))]);
    }
    out
}

fn escaped(text: &str) -> String {
    printable(text).replace('\\', "\\\\").replace('|', "\\|").replace('<', "&lt;")
}
