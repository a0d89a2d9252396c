//! The page of the fleet.

use maud::{Markup, html};

use super::names::Names;
use super::panel::Panel;
use super::site::{Tile, tiles};
use crate::local::Summary;
use crate::render::cells::{Cells, Head};
use crate::render::html::{Document, facts, table};
use crate::render::units;
use crate::report::Report;

/// The report with one row, what the tiles show.
const TOTALS: usize = 0;

/// The report with a row for each site.
const LEAGUE: usize = 2;

/// Answers about all sites.
pub(super) struct Fleet<'a> {
    pub(super) reports: &'a [Report],
    pub(super) tables: &'a [Cells],
    pub(super) target: f64,
}

impl<'a> Fleet<'a> {
    /// The rows of the league of sites.
    pub(super) fn rows(&self) -> impl Iterator<Item = &'a [Option<String>]> {
        self.tables[LEAGUE].rows.iter().map(Vec::as_slice)
    }

    /// The columns of the league of sites.
    pub(super) fn heads(&self) -> &'a [Head] {
        &self.tables[LEAGUE].heads
    }

    /// The sites in the order of the league.
    pub(super) fn sites(&self) -> impl Iterator<Item = Option<&'a str>> {
        self.rows().map(|row| row[0].as_deref())
    }

    pub(super) fn write(&self, names: &Names, summary: &Summary) -> String {
        let to = |site: &str| names.link(site);
        let panels = self.reports.iter().zip(self.tables).skip(1);
        let (wide, narrow): (Vec<_>, Vec<_>) =
            panels.partition(|(report, _)| matches!(report.name.as_str(), "sites" | "traffic"));
        let panel = |report: &'a Report, cells: &'a Cells, is_wide: bool| {
            let is_league = report.name == "sites";
            let rows = if is_league { table::Rows::Linked(&to) } else { table::Rows::All };
            Panel { report, cells, rows, is_wide, is_open: is_league }.write()
        };
        let body = html! {
            p.about { (self.period()) }
            (self.tiles())
            div.panels {
                @for (report, cells) in wide { (panel(report, cells, true)) }
                @for (report, cells) in narrow { (panel(report, cells, report.name == "misses")) }
            }
            (facts::read(summary))
        };
        Document { title: "Fleet", trail: None, body }.write()
    }

    fn tiles(&self) -> Markup {
        let Some(row) = self.tables[TOTALS].rows.first() else { return html! {} };
        let count = units::shown(None, &self.tables[LEAGUE].rows.len().to_string());
        let mut all = vec![Tile::plain("Sites", count, self.over_budget())];
        all.extend(tiles(&self.tables[TOTALS].heads, row, self.target));
        html! { ul.tiles { @for tile in all { (tile.write()) } } }
    }

    /// How many sites miss the target.
    fn over_budget(&self) -> String {
        let place = self.heads().iter().position(|head| head.name == "budget_used");
        let used = |row: &[Option<String>]| row[place?].as_deref()?.parse::<f64>().ok();
        let over = self.rows().filter(|row| used(row).is_some_and(|used| used > 100.0)).count();
        format!("{over} below {} %", self.target)
    }

    /// From when to when there are rows.
    fn period(&self) -> String {
        let cell = |name: &str| {
            let place = self.tables[TOTALS].heads.iter().position(|head| head.name == name)?;
            self.tables[TOTALS].rows.first()?[place].clone()
        };
        match cell("first_row").zip(cell("last_row")) {
            Some((first, last)) => format!("Requests from {first} to {last}, UTC."),
            None => "There are no requests.".to_owned(),
        }
    }
}
