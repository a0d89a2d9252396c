//! Columns between spaces.

use super::cells::{Cells, Head, printable};
use super::units;

/// A column is at most this wide; what is longer is cut in the middle.
const WIDEST: usize = 60;

pub(super) fn write(cells: &Cells) -> String {
    let rows: Vec<Vec<String>> = cells.rows.iter().map(|row| shown(&cells.heads, row)).collect();
    let widths: Vec<usize> = (0..cells.heads.len())
        .map(|column| {
            let width = |row: &Vec<String>| row[column].chars().count();
            let widest = rows.iter().map(width).max().unwrap_or_default();
            widest.max(cells.heads[column].name.chars().count())
        })
        .collect();
    let mut out = String::new();
    let names = cells.heads.iter().map(|head| head.name.clone()).collect();
    push_row(&mut out, &cells.heads, &widths, &names);
    for row in &rows {
        push_row(&mut out, &cells.heads, &widths, row);
    }
    out
}

fn shown(heads: &[Head], row: &[Option<String>]) -> Vec<String> {
    let cell = |(head, cell): (&Head, &Option<String>)| match cell {
        None => "-".to_owned(),
        Some(text) if head.is_number => units::shown(head.unit.as_deref(), text),
        Some(text) => cut(&printable(text)),
    };
    heads.iter().zip(row).map(cell).collect()
}

fn cut(text: &str) -> String {
    let length = text.chars().count();
    if length <= WIDEST {
        return text.to_owned();
    }
    let half = (WIDEST - 1) / 2;
    let begin: String = text.chars().take(half).collect();
    let end: String = text.chars().skip(length - half).collect();
    format!("{begin}…{end}")
}

fn push_row(out: &mut String, heads: &[Head], widths: &[usize], row: &Vec<String>) {
    let mut line = String::new();
    for ((head, width), cell) in heads.iter().zip(widths).zip(row) {
        if !line.is_empty() {
            line.push_str("  ");
        }
        let pad = " ".repeat(width.saturating_sub(cell.chars().count()));
        // Numbers stand at the right.
        let (before, after) = if head.is_number { (pad.as_str(), "") } else { ("", pad.as_str()) };
        line.extend([format!("{before}{cell}{after}")]);
    }
    out.push_str(line.trim_end());
    out.push('\n');
}
