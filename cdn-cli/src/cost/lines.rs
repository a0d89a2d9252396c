//! Lines of money, and their sums.

use rust_decimal::Decimal;
use serde::Serialize;

/// A line of an estimate.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(crate) struct Line {
    /// `transfer`, `requests`, `functions`, …
    pub(crate) what: &'static str,
    /// How much of what, for people.
    pub(crate) quantity: String,
    /// Dollars; none where the price or the quantity is not known.
    pub(crate) dollars: Option<Decimal>,
    /// Whether a flat-rate plan would take the place of it.
    pub(crate) is_in_plans: bool,
}

/// Lines and what they come to.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub(crate) struct Lines {
    /// The lines.
    pub(crate) lines: Vec<Line>,
}

impl Lines {
    /// Adds a line that a plan would take the place of.
    pub(crate) fn covered(&mut self, what: &'static str, quantity: String, dollars: Decimal) {
        self.lines.push(Line { what, quantity, dollars: Some(dollars), is_in_plans: true });
    }

    /// Adds a line that is paid in any case.
    pub(crate) fn extra(&mut self, what: &'static str, quantity: String, dollars: Option<Decimal>) {
        self.lines.push(Line { what, quantity, dollars, is_in_plans: false });
    }

    /// What the known lines come to.
    pub(crate) fn total(&self) -> Decimal {
        self.lines.iter().filter_map(|line| line.dollars).sum()
    }

    /// What a plan would take the place of.
    pub(crate) fn covered_by_plans(&self) -> Decimal {
        let covered = self.lines.iter().filter(|line| line.is_in_plans);
        covered.filter_map(|line| line.dollars).sum()
    }
}
