//! What will be asked, where and in which order; and what that costs.

use std::collections::{BTreeMap, HashSet};

use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive as _;
use serde::{Deserialize, Serialize};

use crate::location::Location;

/// Where targets are warmed.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Places {
    /// Whatever the hosts' names lead to: any CDN, or an origin.
    Direct,
    /// These locations of CloudFront.
    Locations(Vec<Location>),
}

/// A plan: as many requests as `targets` times locations in waves, and once more to verify.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Plan {
    /// How many targets there are.
    pub targets: u64,
    /// How many of them are pictures whose format is negotiated.
    pub pictures: u64,
    /// Where.
    pub places: Places,
    /// Indices of locations: those of a wave are warmed at once, after those before.
    pub waves: Vec<Wave>,
    /// The share of targets that the second pass asks for again, 0 to 1.
    pub verify: f64,
}

/// Locations that are warmed at once.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Wave {
    /// What it fills.
    pub fills: Fills,
    /// Places in the list of locations.
    pub locations: Vec<usize>,
}

/// What a wave fills on the way to its locations.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Fills {
    /// The Origin Shield: each target is fetched from the origin.
    Shield,
    /// Regional caches: from the shield where there is one, otherwise from the origin.
    Regional,
    /// Locations alone: from their regional caches.
    Edge,
}

impl Plan {
    /// Plans: first a location whose regional cache is the shield's, then one for each other
    /// regional cache, then the rest; each time the heaviest.
    pub fn new(spool: &crate::Spool, places: Places, shield: Option<&str>, verify: f64) -> Self {
        let waves = match &places {
            Places::Direct => vec![Wave { fills: Fills::Shield, locations: vec![0] }],
            Places::Locations(locations) => waves(locations, shield),
        };
        let (targets, pictures) = (spool.count(), spool.pictures());
        Self { targets, pictures, places, waves, verify: verify.clamp(0.0, 1.0) }
    }

    /// The names of the places, in order.
    pub fn names(&self) -> Vec<String> {
        match &self.places {
            Places::Direct => vec!["direct".to_owned()],
            Places::Locations(all) => all.iter().map(|it| it.id.to_string()).collect(),
        }
    }
}

/// The waves over locations, for a shield in a region.
fn waves(locations: &[Location], shield: Option<&str>) -> Vec<Wave> {
    let mut order: Vec<usize> = (0..locations.len()).collect();
    let weight = |place: &usize| locations.get(*place).map_or(0.0, |it| it.weight);
    order.sort_by(|a, b| weight(b).total_cmp(&weight(a)).then_with(|| a.cmp(b)));
    let region = |place: &usize| locations.get(*place).map(|it| it.city.regional.as_str());
    // Where none is in the shield's region, the heaviest reaches the shield through its own.
    let first = shield.and_then(|shield| {
        let near = order.iter().find(|place| region(place) == Some(shield));
        near.or(order.first()).copied()
    });
    let mut filled: HashSet<_> = first.iter().filter_map(&region).collect();
    let (mut regional, mut rest) = (Vec::new(), Vec::new());
    for place in order.into_iter().filter(|place| Some(*place) != first) {
        let is_first = region(&place).is_some_and(|region| filled.insert(region));
        if is_first { regional.push(place) } else { rest.push(place) }
    }
    let wave = |fills, locations: Vec<usize>| Wave { fills, locations };
    let all = [
        wave(Fills::Shield, first.into_iter().collect()),
        wave(Fills::Regional, regional),
        wave(Fills::Edge, rest),
    ];
    all.into_iter().filter(|wave| !wave.locations.is_empty()).collect()
}

/// What a region of CloudFront's price list asks, in dollars.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Price {
    /// For 2^30 bytes to viewers.
    pub gigabyte: Decimal,
    /// For 10,000 requests by HTTPS.
    pub ten_thousand_requests: Decimal,
}

/// How large answers are taken to be before any has come, in bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Assumed {
    /// A variant of a picture. Default: 60,000.
    pub picture: u64,
    /// Anything else. Default: 20,000.
    pub other: u64,
}

impl Default for Assumed {
    fn default() -> Self {
        Self { picture: 60_000, other: 20_000 }
    }
}

/// What a plan comes to.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Estimate {
    /// Requests of both passes.
    pub requests: u64,
    /// Bytes of bodies, as assumed.
    pub bytes: u64,
    /// Dollars, by price region; a region that has no price is not in it.
    pub dollars: BTreeMap<String, Decimal>,
    /// Price regions of locations for which there is no price.
    pub unpriced: Vec<String>,
}

const GIGABYTE: u64 = 1 << 30;

impl Estimate {
    /// Of a plan, at prices by region. Direct requests have no price.
    pub fn of(plan: &Plan, prices: &BTreeMap<String, Price>, assumed: Assumed) -> Self {
        let passes = 1.0 + plan.verify;
        let requests = times(plan.targets, passes);
        let others = plan.targets.saturating_sub(plan.pictures);
        let once = plan.pictures * assumed.picture + others * assumed.other;
        let bytes = times(once, passes);
        let mut estimate =
            Self { requests: 0, bytes: 0, dollars: BTreeMap::new(), unpriced: Vec::new() };
        let regions: Vec<Option<&str>> = match &plan.places {
            Places::Direct => vec![None],
            Places::Locations(all) => all.iter().map(|it| Some(it.city.price.as_str())).collect(),
        };
        for region in regions {
            estimate.requests += requests;
            estimate.bytes += bytes;
            let Some(region) = region else { continue };
            match prices.get(region) {
                Some(price) => {
                    *estimate.dollars.entry(region.to_owned()).or_default() +=
                        price.of(requests, bytes);
                }
                None if estimate.unpriced.iter().any(|it| it == region) => {}
                None => estimate.unpriced.push(region.to_owned()),
            }
        }
        estimate
    }

    /// Dollars of all regions.
    pub fn total(&self) -> Decimal {
        self.dollars.values().sum()
    }
}

impl Price {
    /// Dollars for so many requests and bytes.
    pub fn of(&self, requests: u64, bytes: u64) -> Decimal {
        let requests = self.ten_thousand_requests * Decimal::from(requests) / Decimal::from(10_000);
        let bytes = self.gigabyte * Decimal::from(bytes) / Decimal::from(GIGABYTE);
        (requests + bytes).round_dp(6)
    }
}

/// A count times a factor of at most a few, rounded up.
fn times(count: u64, factor: f64) -> u64 {
    (count as f64 * factor).ceil().to_u64().unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::cities::City;

    fn at(number: usize, regional: &str, weight: f64) -> Location {
        let city = City { regional: regional.to_owned(), price: "us".to_owned() };
        Location { id: format!("AAA{number}-C1").parse().unwrap(), weight, seen: None, city }
    }

    #[test]
    fn the_shield_comes_first_then_regional_caches_then_the_rest() {
        let all =
            [at(0, "a", 9.0), at(1, "b", 5.0), at(2, "b", 7.0), at(3, "a", 1.0), at(4, "c", 0.5)];
        let got = |shield| -> Vec<(Fills, Vec<usize>)> {
            waves(&all, shield).into_iter().map(|wave| (wave.fills, wave.locations)).collect()
        };
        let (shield, regional, edge) = (Fills::Shield, Fills::Regional, Fills::Edge);
        assert_eq!(
            got(Some("b")),
            [(shield, vec![2]), (regional, vec![0, 4]), (edge, vec![1, 3]),]
        );
        assert_eq!(got(None), [(regional, vec![0, 2, 4]), (edge, vec![1, 3])]);
        assert_eq!(
            got(Some("z")),
            [(shield, vec![0]), (regional, vec![2, 4]), (edge, vec![1, 3]),]
        );
    }

    #[test]
    fn an_estimate_counts_both_passes_at_every_location() {
        let places = Places::Locations(vec![at(0, "a", 1.0), at(1, "b", 1.0)]);
        let plan = Plan { targets: 1_000, pictures: 600, places, waves: vec![], verify: 0.5 };
        let price =
            Price { gigabyte: Decimal::new(85, 3), ten_thousand_requests: Decimal::new(1, 2) };
        let prices = BTreeMap::from([("us".to_owned(), price)]);
        let estimate = Estimate::of(&plan, &prices, Assumed { picture: 1 << 20, other: 0 });
        assert_eq!(estimate.requests, 3_000);
        assert_eq!(estimate.bytes, 1_800 << 20);
        // 3,000 / 10,000 * 0.01 and 1,800 / 1,024 * 0.085, each half rounded to the millionth.
        assert_eq!(estimate.total(), Decimal::new(152_414, 6));
        let unpriced = Estimate::of(&plan, &BTreeMap::new(), Assumed::default());
        assert_eq!((unpriced.total(), unpriced.unpriced), (Decimal::ZERO, vec!["us".to_owned()]));
    }

    proptest! {
        #[test]
        fn every_location_is_in_one_wave_and_regions_are_filled_first(
            regions in prop::collection::vec((0_u8..5, 0_u8..4), 1..30),
            shield in prop::option::of(0_u8..6),
        ) {
            let all: Vec<_> = regions.iter().enumerate()
                .map(|(n, (region, weight))| at(n, &region.to_string(), f64::from(*weight)))
                .collect();
            let shield = shield.map(|region| region.to_string());
            let waves = waves(&all, shield.as_deref());
            let mut seen: Vec<_> = waves.iter().flat_map(|wave| wave.locations.clone()).collect();
            seen.sort_unstable();
            prop_assert_eq!(seen, (0..all.len()).collect::<Vec<_>>());
            let mut filled = HashSet::new();
            for wave in &waves {
                for place in &wave.locations {
                    let is_new = filled.insert(&all[*place].city.regional);
                    prop_assert_eq!(is_new, wave.fills != Fills::Edge);
                }
            }
        }
    }
}
