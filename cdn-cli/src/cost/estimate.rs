//! Lines of money, and their sums.

use std::collections::BTreeMap;

use fleet::Fleet;
use rust_decimal::Decimal;
use serde::Serialize;

use super::prices::{GB, Source};
use super::{Advice, Assumed, Prices, Traffic, plans, shared, site};

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

/// A site's estimate.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(crate) struct SiteEstimate {
    /// The site.
    pub(crate) site: String,
    /// What is its own, at the price of the first tier.
    #[serde(flatten)]
    pub(crate) lines: Lines,
    /// Their sum.
    pub(crate) total: Decimal,
    /// What a flat-rate plan would do.
    pub(crate) plan: Advice,
}

/// A fleet's estimate.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(crate) struct Estimate {
    /// `USD`.
    pub(crate) currency: &'static str,
    /// What was taken for granted.
    pub(crate) assumed: Assumed,
    /// The sites.
    pub(crate) sites: Vec<SiteEstimate>,
    /// What sites share, and what the account gets off.
    pub(crate) shared: Lines,
    /// Everything.
    pub(crate) total: Decimal,
    /// Dollars a GB and a million requests, all in all; none without traffic.
    pub(crate) per_gb: Option<Decimal>,
    /// The same for a million requests.
    pub(crate) per_million_requests: Option<Decimal>,
    /// Where the figures are from.
    pub(crate) sources: Vec<Source>,
}

/// The estimate of the sites whose traffic is known.
pub(crate) fn estimate(
    fleet: &Fleet,
    traffic: &BTreeMap<String, Traffic>,
    assumed: Assumed,
    prices: &Prices,
) -> Estimate {
    let known = fleet.sites.iter().filter_map(|site| Some((site, traffic.get(&site.name)?)));
    let known: Vec<_> = known.collect();
    let mut sites: Vec<SiteEstimate> = known
        .iter()
        .map(|(site, traffic)| {
            let lines = site::lines(site, traffic, &fleet.settings, assumed, prices);
            let plan = plans::advice(site, fleet, traffic, &lines, &prices.plans);
            SiteEstimate { site: site.name.clone(), total: lines.total(), lines, plan }
        })
        .collect();
    plans::cap(&mut sites, &prices.plans);
    let shared = shared::lines(&known, prices);
    let total = sites.iter().map(|site| site.total).sum::<Decimal>() + shared.total();
    let sum = |of: fn(&Traffic) -> u64| {
        known.iter().fold(0_u64, |sum, (_, traffic)| sum.saturating_add(of(traffic)))
    };
    Estimate {
        currency: "USD",
        assumed,
        sites,
        shared,
        total,
        per_gb: blended(total, sum(Traffic::bytes), GB),
        per_million_requests: blended(total, sum(Traffic::requests), 1_000_000),
        sources: prices.sources(),
    }
}

fn blended(total: Decimal, units: u64, per: u64) -> Option<Decimal> {
    let units = Decimal::from(units).checked_div(Decimal::from(per))?;
    Some(total.checked_div(units)?.round_dp(6))
}
