//! What a fleet's traffic costs.

use std::collections::BTreeMap;

use fleet::Fleet;
use rust_decimal::Decimal;
use serde::Serialize;

use super::lines::Lines;
use super::prices::{GB, Source};
use super::{Advice, Assumed, Prices, Traffic, plans, shared, site};

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
