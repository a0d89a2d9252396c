//! The arguments of an estimate.

use std::path::PathBuf;

use clap::{Args, ValueHint};

use crate::cost::{Prices, Row, quantity, size};
use crate::hints::Hinted;

/// `cdn-cli cost`.
#[derive(Debug, Args)]
#[command(after_help = COST_EXAMPLES)]
pub(crate) struct CostArgs {
    /// Only these sites
    #[arg(value_name = "SITE")]
    pub(crate) sites: Vec<String>,
    /// A month's traffic by site, CSV or JSON, such as a log report writes
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    #[arg(conflicts_with_all = ["requests", "bytes", "region", "image_misses"])]
    pub(crate) traffic: Option<PathBuf>,
    /// Requests of each site in a month: 250000, 800k, 25M
    #[arg(long, value_name = "N", value_parser = quantity, requires = "bytes")]
    pub(crate) requests: Option<u64>,
    /// Bytes that viewers of each site get in a month: 400GB, 1.5TB
    #[arg(long, value_name = "SIZE", value_parser = size, requires = "requests")]
    pub(crate) bytes: Option<u64>,
    /// Where viewers are, a region of the table of prices
    #[arg(long, value_name = "REGION", default_value = "us")]
    pub(crate) region: String,
    /// Pictures of each site that are made in a month
    #[arg(long, value_name = "N", value_parser = quantity)]
    pub(crate) image_misses: Option<u64>,
    /// Percent of requests that are answered from the cache
    #[arg(long, value_name = "PERCENT", default_value_t = 90)]
    #[arg(value_parser = clap::value_parser!(u8).range(0..=100))]
    pub(crate) cache_hit_ratio: u8,
    /// Milliseconds that a picture takes to be made
    #[arg(long, value_name = "MS", default_value_t = 500)]
    #[arg(value_parser = clap::value_parser!(u64).range(1..=30_000))]
    pub(crate) image_milliseconds: u64,
    /// Another table of prices [default: the one that is built in]
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub(crate) prices: Option<PathBuf>,
    /// Print one JSON object
    #[arg(long)]
    pub(crate) json: bool,
    /// The fleet file
    #[arg(long, value_name = "FILE", default_value = "fleet.toml", value_hint = ValueHint::FilePath)]
    pub(crate) fleet: PathBuf,
}

const COST_EXAMPLES: &str = "\
Examples:
  cdn-cli cost aurora --requests 25M --bytes 400GB --region europe
  cdn-cli cost --traffic traffic.csv --json | jq -r .total

A file of traffic has a row for each site and region:
  site,region,requests,bytes,image_misses
  aurora,europe,25000000,400000000000,30000
and may have origin_requests, image_bytes and invalidations. Regions: us,
europe, africa, south-america, japan, australia, asia, india.";

impl CostArgs {
    /// The traffic that the flags say.
    ///
    /// # Errors
    /// Where they say none.
    pub(crate) fn row(&self, prices: &Prices) -> anyhow::Result<Row> {
        let (Some(requests), Some(bytes)) = (self.requests, self.bytes) else {
            return Err(Hinted::error(
                "a cost needs a month's traffic",
                "say it: cdn-cli cost --requests 25M --bytes 400GB; or by site, in a file: \
                 cdn-cli cost --traffic traffic.csv, with the header site,region,requests,bytes",
            ));
        };
        if !prices.cloudfront.regions.contains_key(&self.region) {
            let known: Vec<_> = prices.cloudfront.regions.keys().map(String::as_str).collect();
            let message = format!("there is no region `{}` in the table of prices", self.region);
            return Err(Hinted::error(message, format!("one of {}", known.join(", "))));
        }
        Ok(Row {
            region: self.region.clone(),
            requests,
            bytes,
            image_misses: self.image_misses,
            ..Row::default()
        })
    }
}
