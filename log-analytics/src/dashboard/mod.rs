//! A folder of linked pages: the fleet, and each of its sites, from one reading of the logs.
//!
//! ```text
//! panels: reports of the fleet, and reports with a column `site`      Dashboard::new
//!   -> their questions, answered together by `Local::ask_all`         Dashboard::questions
//!   -> index.html, and a page for each site                           Dashboard::pages
//! ```
//!
//! The same answers give the same bytes: no page knows when it was made.

mod index;
mod names;
mod panel;
mod site;

use arrow_schema::ArrowError;

use crate::local::{Answer, Question};
use crate::render::cells::{self, Cells};
use crate::report::{Report, ReportError};
use names::Names;

/// The reports of the fleet's page, at the places that [`index`] knows.
const OF_FLEET: [(&str, &str); 8] = [
    ("fleet", include_str!("../../reports/dashboard/fleet.sql")),
    ("traffic", include_str!("../../reports/traffic.sql")),
    ("sites", include_str!("../../reports/dashboard/sites.sql")),
    ("errors", include_str!("../../reports/errors.sql")),
    ("latency", include_str!("../../reports/latency.sql")),
    ("images", include_str!("../../reports/images.sql")),
    ("pops", include_str!("../../reports/pops.sql")),
    ("misses", include_str!("../../reports/misses.sql")),
];

/// The reports of a site's page: their first column is the site.
const OF_SITES: [(&str, &str); 8] = [
    ("traffic", include_str!("../../reports/dashboard/traffic.sql")),
    ("errors", include_str!("../../reports/dashboard/errors.sql")),
    ("latency", include_str!("../../reports/dashboard/latency.sql")),
    ("images", include_str!("../../reports/dashboard/images.sql")),
    ("pops", include_str!("../../reports/dashboard/pops.sql")),
    ("top", include_str!("../../reports/dashboard/top.sql")),
    ("misses", include_str!("../../reports/dashboard/misses.sql")),
    ("missing", include_str!("../../reports/dashboard/missing.sql")),
];

/// Sites that have a page at most, the busiest; the fleet's page has all of them. Whoever may choose the
/// host of a request must not choose how many files there are.
pub const SITE_PAGES: usize = 1_000;

/// The reports of a dashboard.
#[derive(Clone, Debug)]
pub struct Dashboard {
    fleet: Vec<Report>,
    sites: Vec<Report>,
}

/// A page, to be written below the dashboard's folder.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Page {
    /// Where: `index.html`, `sites/<name>.html`.
    pub path: String,
    /// Its HTML.
    pub text: String,
}

impl Dashboard {
    /// The dashboard that comes along.
    ///
    /// # Errors
    /// Never, as a test holds: its reports are read like any other's.
    pub fn new() -> Result<Self, ReportError> {
        let read = |(name, text): &(&str, &str)| Report::parse(name, text);
        Ok(Self {
            fleet: OF_FLEET.iter().map(read).collect::<Result<_, _>>()?,
            sites: OF_SITES.iter().map(read).collect::<Result<_, _>>()?,
        })
    }

    /// What is to be asked. Of the values that are given each report takes those it knows.
    ///
    /// # Errors
    /// Where a value does not fit.
    pub fn questions(&self, given: &[(String, String)]) -> Result<Vec<Question>, ReportError> {
        let question = |report: &Report| {
            let known = |(name, _): &&(String, String)| {
                report.parameters.iter().any(|parameter| parameter.name == *name)
            };
            let its: Vec<(String, String)> = given.iter().filter(known).cloned().collect();
            Ok(Question { sql: report.bound(&its)? })
        };
        self.fleet.iter().chain(&self.sites).map(question).collect()
    }

    /// The pages of the answers, which are in the order of the questions: the fleet's page last, so that
    /// it never links to what is not written.
    ///
    /// # Errors
    /// Where a column is of a type that no log has.
    pub fn pages(&self, target: f64, answers: &[Answer]) -> Result<Vec<Page>, ArrowError> {
        let reports = self.fleet.iter().chain(&self.sites).zip(answers);
        let mut tables: Vec<Cells> =
            reports.map(|(report, answer)| cells::of(report, answer)).collect::<Result<_, _>>()?;
        let of_sites = tables.split_off(self.fleet.len().min(tables.len()));
        let by_site: Vec<panel::BySite> = of_sites.into_iter().map(panel::BySite::of).collect();
        let fleet = index::Fleet { reports: &self.fleet, tables: &tables, target };
        let names = Names::of(fleet.sites().take(SITE_PAGES));
        let mut pages: Vec<Page> = Vec::new();
        for (nth, row) in fleet.rows().enumerate().take(SITE_PAGES) {
            let site = site::Site { row, heads: fleet.heads(), target };
            let text = site.write(&self.sites, &by_site);
            pages.extend(names.path(nth).map(|path| Page { path, text }));
        }
        let summary = answers.first().map(|answer| answer.summary.clone()).unwrap_or_default();
        let text = fleet.write(&names, &summary);
        pages.push(Page { path: "index.html".to_owned(), text });
        Ok(pages)
    }
}
