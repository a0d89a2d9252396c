//! Columns between spaces.

use super::cells::{Cells, Head, printable};

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
        Some(text) => cut(&with_unit(head, &printable(text))),
    };
    heads.iter().zip(row).map(cell).collect()
}

/// Bytes as a person reads them; other numbers in groups of three digits.
fn with_unit(head: &Head, text: &str) -> String {
    if !head.is_number {
        return text.to_owned();
    }
    match (head.unit.as_deref(), text.parse::<f64>()) {
        (Some("bytes"), Ok(bytes)) => bytes_of(bytes),
        _ => grouped(text),
    }
}

fn bytes_of(bytes: f64) -> String {
    let units = ["B", "kB", "MB", "GB", "TB", "PB"];
    let mut size = bytes;
    let mut unit = 0;
    while size.abs() >= 999.95 && unit + 1 < units.len() {
        size /= 1000.0;
        unit += 1;
    }
    if unit == 0 { format!("{size:.0} B") } else { format!("{size:.1} {}", units[unit]) }
}

/// `1234567.5` as `1,234,567.5`.
fn grouped(text: &str) -> String {
    let (sign, rest) = text.strip_prefix('-').map_or(("", text), |rest| ("-", rest));
    let (whole, part) = rest.split_once('.').map_or((rest, None), |(a, b)| (a, Some(b)));
    if !whole.bytes().all(|byte| byte.is_ascii_digit()) {
        return text.to_owned();
    }
    let mut out = sign.to_owned();
    for (place, digit) in whole.chars().enumerate() {
        if place > 0 && (whole.len() - place).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    if let Some(part) = part {
        out.push('.');
        out.push_str(part);
    }
    out
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
