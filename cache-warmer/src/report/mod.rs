//! What a run did: counted as it goes, told as JSON, `JUnit` or a page.

mod html;
mod junit;
mod tally;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

pub use tally::Tally;

use crate::outcome::{Cause, Outcome};
use crate::plan::Plan;
use crate::wish::Wish;

/// What a run did.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Report {
    /// When it began, as the caller's clock has it.
    pub started: String,
    /// How long it took, in seconds.
    pub seconds: f64,
    /// Where, in order.
    pub locations: Vec<String>,
    /// Targets at each location.
    pub targets: u64,
    /// The share of targets, at all locations together, that are in the cache: by the second pass as
    /// far as it went, by the first for the rest. 0 to 1.
    pub hot: f64,
    /// Requests that were made, asked again ones included.
    pub requests: u64,
    /// Bytes of bodies.
    pub bytes: u64,
    /// Requests that may have reached the origin, at the most: those of the first pass that no cache
    /// had for a second.
    pub origin_requests: u64,
    /// What became of the targets: in the second pass where they were in it, otherwise in the first.
    pub outcomes: BTreeMap<Outcome, u64>,
    /// By location and wish.
    pub matrix: Vec<Cell>,
    /// What keeps targets out of the cache, the most frequent first.
    pub problems: Vec<Problem>,
    /// Locations that were given up, and why.
    pub given_up: BTreeMap<String, String>,
    /// Why the run ended early, if it did.
    pub stopped: Option<String>,
    /// Seconds until the first of what is warm now has to be asked for again, where answers tell.
    pub first_ends_in: Option<u64>,
}

/// A location and a wish.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Cell {
    /// The location.
    pub location: String,
    /// What was asked for.
    pub wish: Wish,
    /// What the first pass gave.
    pub fill: BTreeMap<Outcome, u64>,
    /// What the second gave.
    pub verify: BTreeMap<Outcome, u64>,
    /// The share that is in the cache, 0 to 1.
    pub hot: f64,
    /// Requests that may have reached the origin.
    pub origin_requests: u64,
    /// Bytes of bodies.
    pub bytes: u64,
    /// The median time to the first byte of what was not there, in milliseconds.
    pub ttfb_before_ms: Option<f64>,
    /// The same of what was there, in the second pass.
    pub ttfb_after_ms: Option<f64>,
}

/// Something that keeps targets out of the cache.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Problem {
    /// Their outcome.
    pub outcome: Outcome,
    /// Why.
    pub cause: Cause,
    /// How many.
    pub count: u64,
    /// What to do about it.
    pub advice: String,
    /// The first few.
    pub examples: Vec<Example>,
}

/// A target with a problem.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Example {
    /// The location.
    pub location: String,
    /// The URL.
    pub url: String,
    /// What was asked for.
    pub wish: Wish,
    /// The status, header or error.
    pub detail: String,
}

impl Report {
    /// Whether as much is in the cache as was required, 0 to 1.
    pub fn is_hot_enough(&self, required: f64) -> bool {
        // What is printed as 99 % is 99 %.
        self.hot >= required - 1e-9
    }

    /// As a page that needs nothing else, for light and dark screens.
    pub fn to_html(&self) -> String {
        html::page(self)
    }

    /// As `JUnit`, a test case for each location and wish; one that is not as hot as required fails.
    pub fn to_junit(&self, required: f64) -> String {
        junit::document(self, required)
    }
}

/// What a tally comes to.
pub(crate) fn report(plan: &Plan, tally: &Tally, run: Run) -> Report {
    let locations = plan.names();
    let name = |place: usize| locations.get(place).cloned().unwrap_or_default();
    let matrix = tally.matrix(&name);
    let total = plan.targets.saturating_mul(locations.len() as u64);
    Report {
        started: run.started,
        seconds: run.seconds,
        targets: plan.targets,
        hot: tally.hot(total),
        requests: tally.requests(),
        bytes: tally.bytes(),
        origin_requests: matrix.iter().map(|cell| cell.origin_requests).sum(),
        outcomes: tally.outcomes(),
        matrix,
        problems: tally.problems(&name),
        given_up: run.given_up.into_iter().map(|(place, why)| (name(place), why)).collect(),
        stopped: run.stopped,
        first_ends_in: tally.first_ends_in(),
        locations,
    }
}

/// How a run went as a whole.
pub(crate) struct Run {
    pub(crate) started: String,
    pub(crate) seconds: f64,
    pub(crate) given_up: BTreeMap<usize, String>,
    pub(crate) stopped: Option<String>,
}

/// A share as people read it. Never 100 % unless it is all.
pub(crate) fn percent(share: f64) -> String {
    let percent = (share * 10_000.0).floor() / 100.0;
    if percent.fract() == 0.0 { format!("{percent:.0} %") } else { format!("{percent:.2} %") }
}
