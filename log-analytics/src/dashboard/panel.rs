//! A report as a part of a page.

use std::collections::HashMap;

use maud::{Markup, html};

use crate::render::cells::Cells;
use crate::render::html::{figure, table};
use crate::report::Report;

/// A part of a page: title, chart, and the table, folded where there is a chart.
pub(super) struct Panel<'a> {
    pub(super) report: &'a Report,
    pub(super) cells: &'a Cells,
    pub(super) rows: table::Rows<'a>,
    /// Whether it is as wide as the page.
    pub(super) is_wide: bool,
    /// Whether its table is unfolded below the chart.
    pub(super) is_open: bool,
}

impl Panel<'_> {
    pub(super) fn write(&self) -> Markup {
        let Self { report, cells, .. } = self;
        let chart = figure(report, &report.name, cells);
        let heading = format!("panel-{}", report.name);
        html! {
            section.wide[self.is_wide] aria-labelledby=(heading) {
                h2 id=(heading) { (report.title) }
                p.note { (report.about) }
                @if chart.0.is_empty() {
                    (table::write(&report.title, cells, self.rows))
                } @else {
                    (chart)
                    details open[self.is_open] {
                        summary { "Table" }
                        (table::write(&report.title, cells, self.rows))
                    }
                }
                @if !report.advice.is_empty() && !cells.rows.is_empty() { p.more { (report.advice) } }
            }
        }
    }
}

/// An answer whose first column is the site, taken apart by it.
#[derive(Debug)]
pub(super) struct BySite {
    sites: HashMap<Option<String>, Cells>,
    none: Cells,
}

impl BySite {
    pub(super) fn of(mut cells: Cells) -> Self {
        if !cells.heads.is_empty() {
            cells.heads.remove(0);
        }
        let none = Cells { heads: cells.heads, rows: Vec::new() };
        let mut sites: HashMap<Option<String>, Cells> = HashMap::new();
        for mut row in cells.rows {
            let site = row.remove(0);
            let its = sites.entry(site);
            its.or_insert_with(|| Cells { heads: none.heads.clone(), rows: Vec::new() })
                .rows
                .push(row);
        }
        Self { sites, none }
    }

    /// The rows of a site, without their first column.
    pub(super) fn site(&self, site: Option<&str>) -> &Cells {
        self.sites.get(&site.map(str::to_owned)).unwrap_or(&self.none)
    }
}
