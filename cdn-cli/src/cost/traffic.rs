//! A month's traffic: of flags, or of a file that a log report may write.

use std::collections::BTreeMap;

use anyhow::{Context as _, bail, ensure};
use serde::{Deserialize, Serialize};

use super::Prices;

/// A row of traffic: one site's viewers in one region, in a month. In CSV the names are the header's.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct Row {
    /// The site.
    pub(crate) site: String,
    /// Where its viewers are, a region of the table of prices. Default: `us`.
    pub(crate) region: String,
    /// Requests by HTTPS.
    pub(crate) requests: u64,
    /// Bytes that viewers get.
    pub(crate) bytes: u64,
    /// Requests that go on to an origin. Default: by the hit ratio.
    pub(crate) origin_requests: Option<u64>,
    /// Pictures that are made. Default: not known.
    pub(crate) image_misses: Option<u64>,
    /// Bytes of pictures that are kept in S3. Default: not known.
    pub(crate) image_bytes: Option<u64>,
    /// Paths that are purged.
    pub(crate) invalidations: u64,
}

/// A site's month.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Traffic {
    /// Requests and bytes by region.
    pub(crate) regions: BTreeMap<String, (u64, u64)>,
    /// Requests that go on to an origin, where they were counted.
    pub(crate) origin_requests: Option<u64>,
    /// Pictures that are made.
    pub(crate) image_misses: Option<u64>,
    /// Bytes of pictures that are kept.
    pub(crate) image_bytes: Option<u64>,
    /// Paths that are purged.
    pub(crate) invalidations: u64,
}

/// What is taken for granted where traffic does not say it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub(crate) struct Assumed {
    /// Percent of requests that are answered from the cache.
    pub(crate) cache_hit_ratio: u8,
    /// Milliseconds of a picture's making.
    pub(crate) image_milliseconds: u64,
}

impl Traffic {
    /// Requests of all regions.
    pub(crate) fn requests(&self) -> u64 {
        self.regions.values().fold(0, |sum, (requests, _)| sum.saturating_add(*requests))
    }

    /// Bytes of all regions.
    pub(crate) fn bytes(&self) -> u64 {
        self.regions.values().fold(0, |sum, (_, bytes)| sum.saturating_add(*bytes))
    }

    /// Requests that go on to an origin.
    pub(crate) fn to_origins(&self, assumed: Assumed) -> u64 {
        let missed = u64::from(100 - assumed.cache_hit_ratio.min(100));
        self.origin_requests.unwrap_or_else(|| self.requests() / 100 * missed)
    }

    /// The traffic with a row more.
    pub(crate) fn add(&mut self, row: &Row) {
        let region = if row.region.is_empty() { "us" } else { &row.region };
        let (requests, bytes) = self.regions.entry(region.to_owned()).or_default();
        *requests = requests.saturating_add(row.requests);
        *bytes = bytes.saturating_add(row.bytes);
        add(&mut self.origin_requests, row.origin_requests);
        add(&mut self.image_misses, row.image_misses);
        add(&mut self.image_bytes, row.image_bytes);
        self.invalidations = self.invalidations.saturating_add(row.invalidations);
    }
}

fn add(sum: &mut Option<u64>, more: Option<u64>) {
    if let Some(more) = more {
        *sum = Some(sum.unwrap_or_default().saturating_add(more));
    }
}

/// Reads a file of traffic, CSV or JSON, by site.
///
/// # Errors
/// Where it is neither, or names a region that the prices do not know.
pub(crate) fn read(text: &str, prices: &Prices) -> anyhow::Result<BTreeMap<String, Traffic>> {
    let rows: Vec<Row> = match text.trim_start().chars().next() {
        Some('[') => serde_json::from_str(text).context("reading it as JSON")?,
        _ => csv(text)?,
    };
    let mut sites: BTreeMap<String, Traffic> = BTreeMap::new();
    for (number, row) in rows.iter().enumerate() {
        let number = number + 1;
        ensure!(!row.site.is_empty(), "row {number} names no site");
        let is_known = row.region.is_empty() || prices.cloudfront.regions.contains_key(&row.region);
        if !is_known {
            let known: Vec<_> = prices.cloudfront.regions.keys().map(String::as_str).collect();
            bail!("row {number}: there is no region `{}`; one of {}", row.region, known.join(", "));
        }
        sites.entry(row.site.clone()).or_default().add(row);
    }
    Ok(sites)
}

fn csv(text: &str) -> anyhow::Result<Vec<Row>> {
    let mut reader = csv::ReaderBuilder::new().trim(csv::Trim::All).from_reader(text.as_bytes());
    reader.deserialize().collect::<Result<_, _>>().context("reading it as CSV")
}

/// A number with `k`, `M` or `G` behind it: thousands, millions, billions.
///
/// # Errors
/// What it should look like.
pub(crate) fn quantity(text: &str) -> Result<u64, String> {
    scaled(text, &[("k", 1_000), ("M", 1_000_000), ("G", 1_000_000_000), ("", 1)])
        .ok_or_else(|| "a number such as 250000, 800k or 25M".to_owned())
}

/// A size: `400GB`, `1.5TiB`; without a unit bytes.
///
/// # Errors
/// What it should look like.
pub(crate) fn size(text: &str) -> Result<u64, String> {
    const UNITS: [(&str, u64); 10] = [
        ("KiB", 1 << 10),
        ("MiB", 1 << 20),
        ("GiB", 1 << 30),
        ("TiB", 1 << 40),
        ("kB", 1_000),
        ("MB", 1_000_000),
        ("GB", 1_000_000_000),
        ("TB", 1_000_000_000_000),
        ("B", 1),
        ("", 1),
    ];
    scaled(text, &UNITS).ok_or_else(|| "a size such as 400GB, 1.5TB or 250GiB".to_owned())
}

fn scaled(text: &str, units: &[(&str, u64)]) -> Option<u64> {
    use rust_decimal::prelude::ToPrimitive as _;
    let (number, scale) =
        units.iter().find_map(|(unit, scale)| Some((text.trim().strip_suffix(unit)?, *scale)))?;
    let number: rust_decimal::Decimal = number.trim().replace('_', "").parse().ok()?;
    number.checked_mul(scale.into())?.to_u64()
}
