//! The page of a site.

use maud::{Markup, html};

use super::panel::{BySite, Panel};
use crate::render::cells::{Head, printable};
use crate::render::html::{Document, table, tone_of};
use crate::render::units;
use crate::report::Report;

/// A site: its row of the league.
pub(super) struct Site<'a> {
    pub(super) row: &'a [Option<String>],
    pub(super) heads: &'a [Head],
    pub(super) target: f64,
}

impl Site<'_> {
    pub(super) fn write(&self, reports: &[Report], answers: &[BySite]) -> String {
        let site = self.row[0].as_deref();
        let name = site.map_or_else(|| "no host".to_owned(), printable);
        let panels = reports.iter().zip(answers).map(|(report, answer)| Panel {
            report,
            cells: answer.site(site),
            rows: table::Rows::All,
            is_wide: report.chart.first().is_none_or(|kind| kind == "line"),
            is_open: false,
        });
        let body = html! {
            ul.tiles { @for tile in tiles(self.heads, self.row, self.target) { (tile.write()) } }
            div.panels { @for panel in panels { (panel.write()) } }
        };
        Document { title: &name, trail: Some(("../index.html", "Fleet")), body }.write()
    }
}

/// A figure that everybody wants first.
pub(super) struct Tile {
    what: &'static str,
    value: String,
    note: String,
    tone: Option<&'static str>,
}

impl Tile {
    pub(super) fn plain(what: &'static str, value: String, note: String) -> Self {
        Self { what, value, note, tone: None }
    }

    pub(super) fn write(&self) -> Markup {
        html! {
            li class=[self.tone] {
                span.what { (self.what) }
                span.value { (self.value) }
                @if !self.note.is_empty() { span.note { (self.note) } }
            }
        }
    }
}

/// The tiles of a row with the columns of the league.
pub(super) fn tiles(heads: &[Head], row: &[Option<String>], target: f64) -> Vec<Tile> {
    let number = |name: &str| {
        let place = heads.iter().position(|head| head.name == name)?;
        let value: f64 = row[place].as_deref()?.parse().ok()?;
        Some((value, units::with_unit(heads[place].unit.as_deref(), value)))
    };
    let answered = number("availability").map(|(value, _)| value);
    let text = |name: &str| number(name).map_or_else(|| "–".to_owned(), |(_, text)| text);
    let meets = answered.map(|value| value >= target);
    let verdict = match meets {
        Some(true) => format!("meets {target} %"),
        Some(false) => format!("misses {target} %"),
        None => String::new(),
    };
    vec![
        Tile::plain("Requests", text("requests"), String::new()),
        Tile::plain("Bytes sent", text("bytes"), String::new()),
        Tile::plain("From the cache", text("hit_percent"), "Hit and RefreshHit".to_owned()),
        Tile {
            what: "Availability",
            // Cut, not rounded: 99.8996 is not 99.9.
            value: answered
                .map_or_else(|| "–".to_owned(), |it| format!("{} %", (it * 1e3).floor() / 1e3)),
            note: verdict,
            tone: meets.map(tone_of),
        },
        Tile::plain("Errors 5xx", text("errors_5xx"), String::new()),
        Tile::plain("Time to first byte", text("ttfb_p95"), "95th percentile".to_owned()),
    ]
}
