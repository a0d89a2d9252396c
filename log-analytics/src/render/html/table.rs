//! The rows of an answer as a table.

use maud::{Markup, html};

use crate::render::cells::{Cells, Head, printable};
use crate::render::chart::words;
use crate::render::units;

/// Rows of a page at most; other formats have all of them.
const MOST: usize = 2_000;

/// Rows from which on a table has a field to look for some of them.
const MANY: usize = 12;

/// Which rows are written.
#[derive(Clone, Copy)]
pub(crate) enum Rows<'a> {
    /// All of them.
    All,
    /// All of them; cells of the first column link to where this says.
    Linked(&'a dyn Fn(&str) -> Option<String>),
}

/// The table: it can be sorted and searched where scripts run.
pub(crate) fn write(caption: &str, cells: &Cells, which: Rows<'_>) -> Markup {
    let shown = &cells.rows[..cells.rows.len().min(MOST)];
    html! {
        @if shown.is_empty() {
            p.empty { "No rows." }
        } @else {
            @if shown.len() > MANY {
                p.filter hidden {
                    label { "Only rows with " input type="search" autocomplete="off" spellcheck="false"; }
                    " " output aria-live="polite" {}
                }
            }
            div.scroll tabindex="0" role="region" aria-label=(caption) {
                table.sortable {
                    caption { (caption) ": " (cells.rows.len()) @if cells.rows.len() == 1 { " row" } @else { " rows" } }
                    thead { tr { @for head in &cells.heads { (column(head)) } } }
                    tbody { @for row in shown { (line(&cells.heads, row, which)) } }
                }
            }
            @if cells.rows.len() > shown.len() {
                p.more { "The first " (shown.len()) " of " (cells.rows.len()) " rows; --format csv has all." }
            }
        }
    }
}

/// A column's name, and its unit where the name does not say it.
fn column(head: &Head) -> Markup {
    let unit = head.unit.as_ref().filter(|unit| !head.name.contains(unit.as_str()));
    html! {
        th scope="col" class=[head.is_number.then_some("number")] {
            (words(&head.name))
            @if let Some(unit) = unit { " " span.unit { (unit) } }
        }
    }
}

/// A row: its first cell, where that is no number, is the row's head.
fn line(heads: &[Head], row: &[Option<String>], which: Rows<'_>) -> Markup {
    html! {
        tr {
            @for (place, (head, cell)) in heads.iter().zip(row).enumerate() {
                @if place == 0 && !head.is_number {
                    th scope="row" { (linked(cell.as_deref(), which)) }
                } @else if head.is_number {
                    td.number data-value=[cell.as_deref()] { (number(head, cell.as_deref())) }
                } @else {
                    td { (text(cell.as_deref())) }
                }
            }
        }
    }
}

fn linked(cell: Option<&str>, which: Rows<'_>) -> Markup {
    let href = match (which, cell) {
        (Rows::Linked(to), Some(cell)) => to(cell),
        _ => None,
    };
    html! {
        @if let Some(href) = href {
            a href=(href) { (text(cell)) }
        } @else {
            (text(cell))
        }
    }
}

fn text(cell: Option<&str>) -> Markup {
    html! { @if let Some(cell) = cell { (printable(cell)) } @else { span.null { "–" } } }
}

fn number(head: &Head, cell: Option<&str>) -> Markup {
    let shown = cell.map(|cell| units::shown(head.unit.as_deref(), cell));
    html! { @if let Some(shown) = shown { (shown) } @else { span.null { "–" } } }
}
