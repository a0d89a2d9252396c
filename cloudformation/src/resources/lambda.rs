//! Functions of AWS Lambda.

use std::collections::BTreeMap;

use serde::Serialize;

use super::{Resource, Text};

/// A program that answers events.
#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct Function {
    pub(crate) function_name: Text,
    pub(crate) description: String,
    pub(crate) runtime: &'static str,
    pub(crate) architectures: [&'static str; 1],
    pub(crate) handler: &'static str,
    pub(crate) code: Code,
    /// Megabytes.
    pub(crate) memory_size: u32,
    /// Seconds.
    pub(crate) timeout: u32,
    pub(crate) role: Text,
    pub(crate) environment: Option<Environment>,
    pub(crate) logging_config: Option<LoggingConfig>,
    pub(crate) tracing_config: Option<TracingConfig>,
}

impl Resource for Function {
    const TYPE: &'static str = "AWS::Lambda::Function";
}

#[derive(Serialize)]
pub(crate) struct Code {
    #[serde(rename = "S3Bucket")]
    pub(crate) s3_bucket: Text,
    #[serde(rename = "S3Key")]
    pub(crate) s3_key: Text,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct Environment {
    pub(crate) variables: BTreeMap<&'static str, Text>,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct LoggingConfig {
    pub(crate) log_group: Text,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct TracingConfig {
    pub(crate) mode: &'static str,
}

/// A state of a function that no longer changes.
#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct Version {
    pub(crate) function_name: Text,
    /// What Lambda tells of the archive: another one makes another version.
    pub(crate) code_sha256: Text,
    pub(crate) description: String,
}

impl Resource for Version {
    const TYPE: &'static str = "AWS::Lambda::Version";
}

/// The function by HTTPS.
#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct Url {
    pub(crate) target_function_arn: Text,
    pub(crate) auth_type: &'static str,
    pub(crate) invoke_mode: &'static str,
}

impl Resource for Url {
    const TYPE: &'static str = "AWS::Lambda::Url";
}

/// Lets a service call the function.
#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct Permission {
    pub(crate) function_name: Text,
    pub(crate) action: &'static str,
    pub(crate) principal: &'static str,
    pub(crate) source_arn: Text,
    pub(crate) source_account: Option<Text>,
    pub(crate) function_url_auth_type: Option<&'static str>,
    pub(crate) invoked_via_function_url: Option<bool>,
}

impl Resource for Permission {
    const TYPE: &'static str = "AWS::Lambda::Permission";
}

/// Calls the function for every message of a queue.
#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct EventSourceMapping {
    pub(crate) function_name: Text,
    pub(crate) event_source_arn: Text,
    pub(crate) batch_size: u32,
    pub(crate) function_response_types: [&'static str; 1],
    pub(crate) scaling_config: ScalingConfig,
}

impl Resource for EventSourceMapping {
    const TYPE: &'static str = "AWS::Lambda::EventSourceMapping";
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct ScalingConfig {
    pub(crate) maximum_concurrency: u32,
}

/// What becomes of events that nobody waits for.
#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct EventInvokeConfig {
    pub(crate) function_name: Text,
    pub(crate) qualifier: &'static str,
    pub(crate) maximum_retry_attempts: u32,
    pub(crate) destination_config: DestinationConfig,
}

impl Resource for EventInvokeConfig {
    const TYPE: &'static str = "AWS::Lambda::EventInvokeConfig";
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct DestinationConfig {
    pub(crate) on_failure: OnFailure,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct OnFailure {
    pub(crate) destination: Text,
}
