//! Distributions of CloudFront.

use serde::Serialize;

use super::origin::{Counted, Origin, OriginGroup};
use super::{Resource, Text};

/// What answers viewers.
#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct Distribution {
    pub(crate) distribution_config: DistributionConfig,
}

impl Resource for Distribution {
    const TYPE: &'static str = "AWS::CloudFront::Distribution";
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct DistributionConfig {
    pub(crate) enabled: bool,
    pub(crate) comment: String,
    pub(crate) aliases: Vec<String>,
    pub(crate) connection_mode: Option<&'static str>,
    pub(crate) tenant_config: Option<TenantConfig>,
    pub(crate) default_root_object: Option<&'static str>,
    pub(crate) origins: Vec<Origin>,
    pub(crate) origin_groups: Option<Counted<OriginGroup>>,
    pub(crate) cache_behaviors: Vec<CacheBehavior>,
    pub(crate) default_cache_behavior: CacheBehavior,
    pub(crate) custom_error_responses: Vec<CustomErrorResponse>,
    pub(crate) cache_tag_config: Option<CacheTagConfig>,
    pub(crate) http_version: &'static str,
    #[serde(rename = "IPV6Enabled")]
    pub(crate) ipv6_enabled: Option<bool>,
    pub(crate) price_class: Option<&'static str>,
    pub(crate) restrictions: Option<Restrictions>,
    pub(crate) viewer_certificate: Option<ViewerCertificate>,
    #[serde(rename = "WebACLId")]
    pub(crate) web_acl_id: Option<Text>,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct CacheBehavior {
    /// None for the default behavior.
    pub(crate) path_pattern: Option<String>,
    pub(crate) target_origin_id: String,
    pub(crate) viewer_protocol_policy: &'static str,
    pub(crate) allowed_methods: &'static [&'static str],
    pub(crate) cached_methods: &'static [&'static str],
    pub(crate) compress: bool,
    pub(crate) cache_policy_id: Text,
    pub(crate) origin_request_policy_id: Option<Text>,
    pub(crate) response_headers_policy_id: Option<Text>,
    pub(crate) function_associations: Vec<FunctionAssociation>,
    pub(crate) lambda_function_associations: Vec<LambdaFunctionAssociation>,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct FunctionAssociation {
    pub(crate) event_type: &'static str,
    #[serde(rename = "FunctionARN")]
    pub(crate) function_arn: Text,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct LambdaFunctionAssociation {
    pub(crate) event_type: &'static str,
    #[serde(rename = "LambdaFunctionARN")]
    pub(crate) lambda_function_arn: Text,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct CustomErrorResponse {
    pub(crate) error_code: u16,
    #[serde(rename = "ErrorCachingMinTTL")]
    pub(crate) error_caching_min_ttl: u32,
    pub(crate) response_code: Option<u16>,
    pub(crate) response_page_path: Option<String>,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct CacheTagConfig {
    pub(crate) header_name: String,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct Restrictions {
    pub(crate) geo_restriction: GeoRestriction,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct GeoRestriction {
    pub(crate) restriction_type: &'static str,
    pub(crate) locations: Vec<String>,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct ViewerCertificate {
    pub(crate) acm_certificate_arn: Option<Text>,
    pub(crate) cloud_front_default_certificate: Option<bool>,
    pub(crate) minimum_protocol_version: Option<String>,
    pub(crate) ssl_support_method: Option<&'static str>,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct TenantConfig {
    pub(crate) parameter_definitions: Vec<ParameterDefinition>,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct ParameterDefinition {
    pub(crate) name: String,
    pub(crate) definition: Definition,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct Definition {
    pub(crate) string_schema: StringSchema,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct StringSchema {
    pub(crate) required: bool,
    pub(crate) comment: String,
}

/// CloudFront's additional metrics of a distribution, which cost extra.
#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct MonitoringSubscription {
    pub(crate) distribution_id: Text,
    pub(crate) monitoring_subscription: Subscription,
}

impl Resource for MonitoringSubscription {
    const TYPE: &'static str = "AWS::CloudFront::MonitoringSubscription";
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct Subscription {
    pub(crate) realtime_metrics_subscription_config: SubscriptionConfig,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct SubscriptionConfig {
    pub(crate) realtime_metrics_subscription_status: &'static str,
}
