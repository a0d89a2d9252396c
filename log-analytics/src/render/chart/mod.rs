//! Charts as SVG, inside a page: of fluid width, with text that keeps its size, in the page's colors.
//!
//! Horizontal places are percents, so that no script has to measure. Every chart has a title and a
//! description for those who do not see it; the table below it has the figures.

mod bar;
mod heat;
mod line;
mod scale;
mod stacked;

use jiff::civil::DateTime;
use maud::Markup;

use super::cells::{Cells, Head};
use crate::report::{Report, moment};

/// Series that are told apart by color; what is beyond has the last one's.
const COLORS: usize = 6;

/// The columns of a chart.
#[derive(Debug)]
pub(super) struct Data<'a> {
    title: &'a str,
    /// What begins the names of its parts, which no other chart of a page has.
    id: &'a str,
    cells: &'a Cells,
    /// Places of its columns, in the order of the header.
    columns: Vec<usize>,
}

/// The chart that the report's header asks for; `None` without one, without its columns, or without
/// rows.
pub(super) fn draw(report: &Report, id: &str, cells: &Cells) -> Option<Markup> {
    let (kind, columns) = report.chart.split_first()?;
    let place = |name: &String| cells.heads.iter().position(|head| head.name == *name);
    let columns = columns.iter().map(place).collect::<Option<Vec<usize>>>()?;
    if cells.rows.is_empty() || columns.len() < 2 {
        return None;
    }
    let data = Data { title: &report.title, id, cells, columns };
    match kind.as_str() {
        "line" => line::draw(&data),
        "bar" => bar::draw(&data),
        "stacked" => stacked::draw(&data),
        "heat" => heat::draw(&data),
        _ => None,
    }
}

impl Data<'_> {
    fn head(&self, nth: usize) -> &Head {
        &self.cells.heads[self.columns[nth]]
    }

    fn unit(&self, nth: usize) -> Option<&str> {
        self.head(nth).unit.as_deref()
    }

    /// The texts of a column; NULL is `–`.
    fn texts(&self, nth: usize) -> impl Iterator<Item = &str> {
        let column = self.columns[nth];
        self.cells.rows.iter().map(move |row| row[column].as_deref().unwrap_or("–"))
    }

    /// The numbers of a column; NULL, and what is no number, is `None`.
    fn numbers(&self, nth: usize) -> impl Iterator<Item = Option<f64>> {
        let column = self.columns[nth];
        let number = |text: &str| text.parse().ok().filter(|it: &f64| it.is_finite());
        self.cells.rows.iter().map(move |row| row[column].as_deref().and_then(number))
    }

    /// The moments of the first column; `None` where one of its cells is none.
    fn times(&self) -> Option<Vec<DateTime>> {
        self.texts(0).map(moment).collect()
    }

    /// Whether the numbers of a column are counts.
    fn is_whole(&self, nth: usize) -> bool {
        self.unit(nth).is_none() && self.numbers(nth).flatten().all(|it| it.fract() == 0.0)
    }
}

/// A column's name as words.
pub(super) fn words(name: &str) -> String {
    name.replace('_', " ")
}

/// A share as percent of the width.
fn percent(share: f64) -> String {
    format!("{:.2}%", share * 100.0)
}

/// Where text stands at a share of the width, so that it does not leave the picture.
fn anchor(share: f64) -> &'static str {
    match share {
        it if it < 0.06 => "start",
        it if it > 0.94 => "end",
        _ => "middle",
    }
}
