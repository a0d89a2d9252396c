//! Logs and alarms.

use serde::{Deserialize, Serialize};

/// Access logs, by CloudFront's standard logging v2, to the fleet's log bucket.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(default, deny_unknown_fields)]
pub struct Logs {
    /// Default: `true`.
    pub enabled: bool,
    /// Default: [`LogFormat::W3c`].
    pub format: LogFormat,
    /// Fields, by their CloudFront names. Default: empty, all 33 of the standard set.
    pub fields: Vec<String>,
    /// The path of a file under the site's prefix, of `{DistributionId}`, `{yyyy}`, `{MM}`, `{dd}`
    /// and `{HH}`. Default: `{yyyy}/{MM}/{dd}/{HH}`.
    pub partition: String,
}

impl Default for Logs {
    fn default() -> Self {
        Self {
            enabled: true,
            format: LogFormat::default(),
            fields: Vec::new(),
            partition: "{yyyy}/{MM}/{dd}/{HH}".to_owned(),
        }
    }
}

/// What a log file is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum LogFormat {
    /// Tabs, with a header that names the fields.
    #[default]
    W3c,
    /// The same without the header.
    Plain,
    /// An object a line.
    Json,
    /// Parquet.
    Parquet,
}

/// When somebody is told.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(default, deny_unknown_fields)]
pub struct Alarms {
    /// The SNS topic in us-east-1 that is told. Default: none, then there are no alarms.
    pub topic: Option<String>,
    /// Percent of answers that are 5xx, over 5 minutes. Default: 1.
    pub errors_5xx: f64,
    /// Percent of requests answered from the cache, over an hour, below which somebody is told.
    /// Default: none; it costs CloudFront's additional metrics.
    pub hit_ratio: Option<f64>,
    /// Milliseconds of the origin's answers at the 90th percentile. Default: none; as above.
    pub origin_latency: Option<u32>,
}

impl Default for Alarms {
    fn default() -> Self {
        Self { topic: None, errors_5xx: 1.0, hit_ratio: None, origin_latency: None }
    }
}
