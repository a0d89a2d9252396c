//! Alarms of distributions.

use std::collections::BTreeMap;

use aws_sdk_cloudwatch::types::{
    AlarmType, ComparisonOperator, Dimension, MetricAlarm, StandardUnit, Statistic,
};
use serde_json::{Value, json};

use super::{Live, told};

/// Alarms in an answer, the most that there may be:
/// <https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_DescribeAlarms.html>.
const IN_AN_ANSWER: i32 = 100;

impl Live {
    /// The properties of all alarms whose names begin so, by their names.
    ///
    /// # Errors
    /// Where `CloudWatch` cannot be asked.
    pub(crate) async fn alarms(&self, prefix: &str) -> anyhow::Result<BTreeMap<String, Value>> {
        let call = self.alarms.describe_alarms().alarm_name_prefix(prefix);
        let call = call.alarm_types(AlarmType::MetricAlarm).max_records(IN_AN_ANSWER);
        let mut pages = call.into_paginator().send();
        let mut found = BTreeMap::new();
        while let Some(page) = pages.next().await {
            let page = page.map_err(|error| told("reading the alarms as they are", error))?;
            for alarm in page.metric_alarms() {
                let name = alarm.alarm_name.clone().unwrap_or_default();
                found.insert(name, properties(alarm));
            }
        }
        Ok(found)
    }
}

/// An alarm's properties; `null` where it says nothing.
fn properties(alarm: &MetricAlarm) -> Value {
    let dimension = |it: &Dimension| json!({ "Name": it.name, "Value": it.value });
    json!({
        "ActionsEnabled": alarm.actions_enabled,
        "AlarmActions": alarm.alarm_actions(),
        "AlarmDescription": alarm.alarm_description,
        "ComparisonOperator": alarm.comparison_operator.as_ref().map(ComparisonOperator::as_str),
        "DatapointsToAlarm": alarm.datapoints_to_alarm,
        "Dimensions": alarm.dimensions().iter().map(dimension).collect::<Vec<_>>(),
        "EvaluationPeriods": alarm.evaluation_periods,
        "ExtendedStatistic": alarm.extended_statistic,
        "InsufficientDataActions": alarm.insufficient_data_actions(),
        "MetricName": alarm.metric_name,
        "Namespace": alarm.namespace,
        "OKActions": alarm.ok_actions(),
        "Period": alarm.period,
        "Statistic": alarm.statistic.as_ref().map(Statistic::as_str),
        "Threshold": alarm.threshold,
        "TreatMissingData": alarm.treat_missing_data,
        "Unit": alarm.unit.as_ref().map(StandardUnit::as_str),
    })
}
