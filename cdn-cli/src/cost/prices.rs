//! The table of prices.

use std::collections::BTreeMap;

use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

/// The table that is built in.
const BUILT_IN: &str = include_str!("prices.toml");

/// Bytes of a GB as AWS counts them.
pub(crate) const GB: u64 = 1 << 30;

/// All prices, in US dollars.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Prices {
    pub(crate) cloudfront: CloudFront,
    pub(crate) shield: Shield,
    pub(crate) functions: Functions,
    pub(crate) lambda_edge: Lambda,
    pub(crate) lambda: Lambda,
    pub(crate) invalidations: Invalidations,
    pub(crate) waf: Waf,
    /// By region.
    pub(crate) s3: BTreeMap<String, S3>,
    pub(crate) logs: Logs,
    pub(crate) plans: Plans,
}

/// Transfer and requests.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct CloudFront {
    pub(crate) source: String,
    pub(crate) as_of: String,
    /// GB of a month up to which each tier reaches, but for the last.
    pub(crate) transfer_tiers: Vec<u64>,
    pub(crate) free: Free,
    /// By where viewers are.
    pub(crate) regions: BTreeMap<String, Region>,
}

/// What an account has for nothing each month.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Free {
    pub(crate) transfer_gb: u64,
    pub(crate) requests: u64,
    pub(crate) functions: u64,
}

/// Where viewers are.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Region {
    pub(crate) name: String,
    /// A GB, by tier.
    pub(crate) transfer: Vec<Decimal>,
    pub(crate) https_10k: Decimal,
}

/// Origin Shield.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Shield {
    pub(crate) source: String,
    pub(crate) as_of: String,
    /// By the shield's region.
    pub(crate) requests_10k: BTreeMap<String, Decimal>,
}

/// CloudFront Functions and their stores.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Functions {
    pub(crate) source: String,
    pub(crate) as_of: String,
    pub(crate) invocations_million: Decimal,
    pub(crate) store_reads_million: Option<Decimal>,
}

/// Lambda, at the edge or in a region.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Lambda {
    pub(crate) source: String,
    pub(crate) as_of: String,
    pub(crate) requests_million: Decimal,
    pub(crate) gb_second: Decimal,
    /// Where a region's price is another.
    #[serde(default)]
    pub(crate) gb_second_in: BTreeMap<String, Decimal>,
}

/// Purges.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Invalidations {
    pub(crate) source: String,
    pub(crate) as_of: String,
    pub(crate) free_paths: u64,
    pub(crate) path: Decimal,
}

/// Web ACLs.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Waf {
    pub(crate) source: String,
    pub(crate) as_of: String,
    pub(crate) web_acl: Decimal,
    pub(crate) rule: Decimal,
    pub(crate) requests_million: Decimal,
}

/// S3 Standard in a region.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct S3 {
    pub(crate) source: String,
    pub(crate) as_of: String,
    pub(crate) storage_gb: Decimal,
    pub(crate) put_1k: Decimal,
    pub(crate) get_1k: Decimal,
}

/// Access logs.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Logs {
    pub(crate) source: String,
    pub(crate) as_of: String,
    pub(crate) parquet_gb: Option<Decimal>,
}

/// Flat-rate plans.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Plans {
    pub(crate) source: String,
    pub(crate) as_of: String,
    pub(crate) most: usize,
    pub(crate) most_free: usize,
    /// The smallest first.
    pub(crate) levels: Vec<Level>,
}

/// A level of the plans.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Level {
    pub(crate) name: String,
    pub(crate) month: Decimal,
    pub(crate) requests: u64,
    pub(crate) transfer_gb: u64,
}

/// Where a figure is from.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub(crate) struct Source {
    /// What it is of.
    pub(crate) of: &'static str,
    /// Where they hold.
    pub(crate) region: String,
    /// AWS's page.
    pub(crate) page: String,
    /// How old the reading of it is.
    pub(crate) as_of: String,
}

impl Source {
    /// Whether nobody knows how old the figures are.
    pub(crate) fn is_undated(&self) -> bool {
        !self.as_of.contains("20") || self.as_of.contains("undated")
    }
}

/// Where prices hold.
const BY_VIEWER: &str = "by where viewers are";
const BY_SHIELD: &str = "by the shield's region";
const BY_REGION: &str = "by region";
const EVERYWHERE: &str = "all regions";

impl Prices {
    /// The table that is built in.
    ///
    /// # Errors
    /// Never, as a test shows.
    pub(crate) fn built_in() -> anyhow::Result<Self> {
        Self::parse(BUILT_IN)
    }

    /// Reads a table.
    ///
    /// # Errors
    /// Where the text is no such table, or its tiers do not fit its prices.
    pub(crate) fn parse(text: &str) -> anyhow::Result<Self> {
        let prices: Self = toml::from_str(text)?;
        let tiers = prices.cloudfront.transfer_tiers.len() + 1;
        for (id, region) in &prices.cloudfront.regions {
            anyhow::ensure!(
                region.transfer.len() == tiers,
                "cloudfront.regions.{id} has {} prices of transfer for {tiers} tiers",
                region.transfer.len()
            );
        }
        anyhow::ensure!(prices.cloudfront.transfer_tiers.is_sorted(), "the tiers do not rise");
        Ok(prices)
    }

    /// Where the figures are from.
    pub(crate) fn sources(&self) -> Vec<Source> {
        let Self { cloudfront, shield, functions, lambda_edge, lambda, invalidations, waf, .. } =
            self;
        let mut all = vec![
            ("transfer, requests", BY_VIEWER, &cloudfront.source, &cloudfront.as_of),
            ("Origin Shield", BY_SHIELD, &shield.source, &shield.as_of),
            ("CloudFront Functions", EVERYWHERE, &functions.source, &functions.as_of),
            ("Lambda@Edge", EVERYWHERE, &lambda_edge.source, &lambda_edge.as_of),
            ("Lambda", BY_REGION, &lambda.source, &lambda.as_of),
            ("invalidations", EVERYWHERE, &invalidations.source, &invalidations.as_of),
            ("web ACLs", EVERYWHERE, &waf.source, &waf.as_of),
            ("logs", EVERYWHERE, &self.logs.source, &self.logs.as_of),
            ("flat-rate plans", EVERYWHERE, &self.plans.source, &self.plans.as_of),
        ];
        let s3 = self.s3.iter();
        all.extend(s3.map(|(region, s3)| ("S3", region.as_str(), &s3.source, &s3.as_of)));
        let source = |(of, region, page, as_of): (_, &str, &String, &String)| Source {
            of,
            region: region.to_owned(),
            page: page.clone(),
            as_of: as_of.clone(),
        };
        all.into_iter().map(source).collect()
    }
}

/// What so many units cost where so many are sold at a price, in dollars to the millionth.
pub(crate) fn money(price: Decimal, units: u64, per: u64) -> Decimal {
    (price * Decimal::from(units) / Decimal::from(per.max(1))).round_dp(6)
}

impl CloudFront {
    /// What bytes cost whose price falls from tier to tier, in dollars to the millionth.
    pub(crate) fn transfer(&self, region: &Region, bytes: u64) -> Decimal {
        let ends = self.transfer_tiers.iter().map(|end| end.saturating_mul(GB));
        let ends = ends.chain([u64::MAX]);
        let mut begin = 0;
        let mut sum = Decimal::ZERO;
        for (end, price) in ends.zip(&region.transfer) {
            let within = bytes.min(end).saturating_sub(begin);
            sum += *price * Decimal::from(within) / Decimal::from(GB);
            begin = end;
        }
        sum.round_dp(6)
    }

    /// What the same bytes would cost at the price of the first tier.
    pub(crate) fn transfer_at_first(region: &Region, bytes: u64) -> Decimal {
        money(region.transfer.first().copied().unwrap_or_default(), bytes, GB)
    }
}
