//! Alarms of CloudWatch.

use serde::Serialize;

use super::{Resource, Text};

/// Somebody is told when a metric leaves its bounds.
#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct Alarm {
    pub(crate) alarm_description: String,
    pub(crate) namespace: &'static str,
    pub(crate) metric_name: &'static str,
    pub(crate) dimensions: Vec<Dimension>,
    /// Exactly one of this and `extended_statistic`.
    pub(crate) statistic: Option<&'static str>,
    pub(crate) extended_statistic: Option<&'static str>,
    /// Seconds.
    pub(crate) period: u32,
    pub(crate) evaluation_periods: u32,
    pub(crate) comparison_operator: &'static str,
    pub(crate) threshold: f64,
    pub(crate) treat_missing_data: &'static str,
    pub(crate) alarm_actions: Vec<String>,
    #[serde(rename = "OKActions")]
    pub(crate) ok_actions: Vec<String>,
}

impl Resource for Alarm {
    const TYPE: &'static str = "AWS::CloudWatch::Alarm";
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct Dimension {
    pub(crate) name: &'static str,
    pub(crate) value: Text,
}
