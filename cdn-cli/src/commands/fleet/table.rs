//! Rows in columns that fit a terminal.

use crate::cli::WIDTH;

/// Spaces between columns.
const GAP: usize = 2;
/// Characters below which a column is not narrowed.
const LEAST: usize = 6;

/// The rows, the heading first, in columns as wide as their cells, all together at most
/// [`WIDTH`]: the widest give way first, and what does not fit ends in `…`.
pub(crate) fn lines<const N: usize>(rows: &[[String; N]]) -> Vec<String> {
    let widths = widths(rows);
    let line = |row: &[String; N]| {
        let cells = row.iter().zip(widths).map(|(cell, width)| {
            let cell = cut(cell, width);
            format!("{cell:width$}")
        });
        cells.collect::<Vec<_>>().join(&" ".repeat(GAP)).trim_end().to_owned()
    };
    rows.iter().map(line).collect()
}

fn widths<const N: usize>(rows: &[[String; N]]) -> [usize; N] {
    let mut widths = [0; N];
    for row in rows {
        for (width, cell) in widths.iter_mut().zip(row) {
            *width = (*width).max(cell.chars().count());
        }
    }
    while widths.iter().sum::<usize>() + GAP * (N - 1) > WIDTH {
        match widths.iter_mut().max() {
            Some(widest) if *widest > LEAST => *widest -= 1,
            _ => break,
        }
    }
    widths
}

fn cut(cell: &str, width: usize) -> String {
    if cell.chars().count() <= width {
        return cell.to_owned();
    }
    let kept: String = cell.chars().take(width - 1).collect();
    format!("{kept}…")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_widest_column_gives_way() {
        let row = |a: &str, b: &str| [a.to_owned(), b.to_owned()];
        let rows = [row("name", "domains"), row("aurora", &"d".repeat(100))];
        let lines = lines(&rows);
        assert_eq!(lines[0], "name    domains");
        assert_eq!(lines[1], format!("aurora  {}…", "d".repeat(71)));
        assert_eq!(lines[1].chars().count(), WIDTH);
    }
}
