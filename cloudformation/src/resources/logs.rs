//! Standard logging of CloudFront, version 2: a source, a destination, and the way between.

use serde::Serialize;

use super::{Resource, Text};

/// What is logged.
#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct DeliverySource {
    pub(crate) name: Text,
    pub(crate) log_type: &'static str,
    pub(crate) resource_arn: Text,
}

impl Resource for DeliverySource {
    const TYPE: &'static str = "AWS::Logs::DeliverySource";
}

/// Where logs of a format go.
#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct DeliveryDestination {
    pub(crate) name: Text,
    pub(crate) output_format: &'static str,
    pub(crate) destination_resource_arn: Text,
}

impl Resource for DeliveryDestination {
    const TYPE: &'static str = "AWS::Logs::DeliveryDestination";
}

/// The way from a source to a destination.
#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct Delivery {
    pub(crate) delivery_source_name: Text,
    pub(crate) delivery_destination_arn: Text,
    pub(crate) record_fields: Vec<String>,
    pub(crate) field_delimiter: Option<&'static str>,
    pub(crate) s3_suffix_path: String,
    pub(crate) s3_enable_hive_compatible_path: bool,
}

impl Resource for Delivery {
    const TYPE: &'static str = "AWS::Logs::Delivery";
}

/// Lines that a program writes.
#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct LogGroup {
    pub(crate) log_group_name: Text,
    pub(crate) retention_in_days: u32,
}

impl Resource for LogGroup {
    const TYPE: &'static str = "AWS::Logs::LogGroup";
}
