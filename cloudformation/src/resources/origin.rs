//! Origins of CloudFront, and who may reach them.

use serde::Serialize;

use super::{Resource, Text};

/// Where CloudFront gets things from.
#[derive(Clone, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct Origin {
    pub(crate) id: String,
    pub(crate) domain_name: Text,
    pub(crate) origin_path: Option<String>,
    pub(crate) connection_attempts: Option<u32>,
    pub(crate) connection_timeout: Option<u32>,
    pub(crate) origin_access_control_id: Option<Text>,
    pub(crate) origin_custom_headers: Vec<OriginHeader>,
    pub(crate) origin_shield: Option<OriginShield>,
    pub(crate) s3_origin_config: Option<S3OriginConfig>,
    pub(crate) custom_origin_config: Option<CustomOriginConfig>,
    pub(crate) vpc_origin_config: Option<VpcOriginConfig>,
}

#[derive(Clone, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct OriginHeader {
    pub(crate) header_name: String,
    pub(crate) header_value: String,
}

#[derive(Clone, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct OriginShield {
    pub(crate) enabled: bool,
    pub(crate) origin_shield_region: String,
}

#[derive(Clone, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct S3OriginConfig {
    /// Always empty: the access control takes its place, but AWS wants the key.
    pub(crate) origin_access_identity: &'static str,
    pub(crate) origin_read_timeout: Option<u32>,
}

#[derive(Clone, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct CustomOriginConfig {
    #[serde(rename = "HTTPPort")]
    pub(crate) http_port: Option<u16>,
    #[serde(rename = "HTTPSPort")]
    pub(crate) https_port: Option<u16>,
    pub(crate) origin_protocol_policy: &'static str,
    #[serde(rename = "OriginSSLProtocols")]
    pub(crate) origin_ssl_protocols: [&'static str; 1],
    pub(crate) origin_read_timeout: u32,
    pub(crate) origin_keepalive_timeout: u32,
}

#[derive(Clone, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct VpcOriginConfig {
    pub(crate) vpc_origin_id: Text,
    pub(crate) origin_read_timeout: u32,
    pub(crate) origin_keepalive_timeout: u32,
}

/// Two origins of which the second is asked where the first fails.
#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct OriginGroup {
    pub(crate) id: String,
    pub(crate) failover_criteria: FailoverCriteria,
    pub(crate) members: Counted<GroupMember>,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct FailoverCriteria {
    pub(crate) status_codes: Counted<u16>,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct GroupMember {
    pub(crate) origin_id: String,
}

/// A list as the API of CloudFront has it, which these few kept in CloudFormation.
#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct Counted<T> {
    pub(crate) quantity: usize,
    pub(crate) items: Vec<T>,
}

impl<T> From<Vec<T>> for Counted<T> {
    fn from(items: Vec<T>) -> Self {
        Self { quantity: items.len(), items }
    }
}

/// Lets CloudFront sign its requests to private origins.
#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct OriginAccessControl {
    pub(crate) origin_access_control_config: OriginAccessControlConfig,
}

impl Resource for OriginAccessControl {
    const TYPE: &'static str = "AWS::CloudFront::OriginAccessControl";
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct OriginAccessControlConfig {
    pub(crate) name: Text,
    pub(crate) description: String,
    pub(crate) origin_access_control_origin_type: &'static str,
    pub(crate) signing_behavior: &'static str,
    pub(crate) signing_protocol: &'static str,
}

/// A load balancer or instance in a private subnet.
#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct VpcOrigin {
    pub(crate) vpc_origin_endpoint_config: VpcOriginEndpointConfig,
}

impl Resource for VpcOrigin {
    const TYPE: &'static str = "AWS::CloudFront::VpcOrigin";
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct VpcOriginEndpointConfig {
    pub(crate) name: Text,
    pub(crate) arn: String,
    pub(crate) origin_protocol_policy: &'static str,
    #[serde(rename = "OriginSSLProtocols")]
    pub(crate) origin_ssl_protocols: [&'static str; 1],
}
