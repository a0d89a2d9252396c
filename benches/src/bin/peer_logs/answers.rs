//! Whether all engines said the same.

use std::collections::BTreeMap;

use anyhow::{Context as _, ensure};

/// How far the 95th percentiles of two engines may be apart, of the larger: they estimate, or
/// interpolate, each in its own way.
const PERCENTILE: f64 = 0.1;

/// A site's line but for the percentile, and that.
type League = BTreeMap<String, ((u64, u64, f64), f64)>;

/// Reads an answer: site, requests, bytes, share of hits, percentile.
fn league(text: &[u8]) -> anyhow::Result<League> {
    let mut reader = csv::Reader::from_reader(text);
    let line = |record: Result<csv::StringRecord, csv::Error>| {
        let record = record?;
        let cell = |nth: usize| record.get(nth).context("too few columns");
        let counted = (cell(1)?.parse()?, cell(2)?.parse()?, cell(3)?.parse()?);
        Ok((cell(0)?.to_owned(), (counted, cell(4)?.parse()?)))
    };
    reader.records().map(line).collect()
}

/// Compares an answer with the first.
///
/// # Errors
/// Says what differs.
pub(crate) fn compare(first: &[u8], other: &[u8]) -> anyhow::Result<()> {
    let (first, other) = (league(first)?, league(other)?);
    ensure!(!first.is_empty(), "an answer without rows");
    let (ours, theirs) = (first.len(), other.len());
    ensure!(ours == theirs, "{ours} sites, and {theirs}");
    for ((site, (counted, p95)), (_, (its, its_p95))) in first.iter().zip(&other) {
        ensure!(counted == its, "{site}: {counted:?}, and {its:?}");
        let apart = (p95 - its_p95).abs();
        ensure!(apart <= PERCENTILE * p95.max(*its_p95), "{site}: p95 {p95}, and {its_p95}");
    }
    Ok(())
}
