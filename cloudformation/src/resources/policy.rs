//! Policies of CloudFront: the cache key, what origins get, headers of answers, access to origins.

use serde::Serialize;

use super::{Resource, Text};

/// What may be cached, for how long and by which key.
#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct CachePolicy {
    pub(crate) cache_policy_config: CachePolicyConfig,
}

impl Resource for CachePolicy {
    const TYPE: &'static str = "AWS::CloudFront::CachePolicy";
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct CachePolicyConfig {
    pub(crate) name: Text,
    pub(crate) comment: String,
    #[serde(rename = "MinTTL")]
    pub(crate) min_ttl: u64,
    #[serde(rename = "DefaultTTL")]
    pub(crate) default_ttl: u64,
    #[serde(rename = "MaxTTL")]
    pub(crate) max_ttl: u64,
    pub(crate) parameters_in_cache_key_and_forwarded_to_origin: CacheKey,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct CacheKey {
    pub(crate) enable_accept_encoding_brotli: bool,
    pub(crate) enable_accept_encoding_gzip: bool,
    #[serde(flatten)]
    pub(crate) parts: RequestParts,
}

/// Parts of a request, for a cache key or for an origin.
#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct RequestParts {
    pub(crate) headers_config: HeadersConfig,
    pub(crate) cookies_config: CookiesConfig,
    pub(crate) query_strings_config: QueryStringsConfig,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct HeadersConfig {
    pub(crate) header_behavior: &'static str,
    pub(crate) headers: Vec<String>,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct CookiesConfig {
    pub(crate) cookie_behavior: &'static str,
    pub(crate) cookies: Vec<String>,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct QueryStringsConfig {
    pub(crate) query_string_behavior: &'static str,
    pub(crate) query_strings: Vec<String>,
}

/// What an origin gets of a request beside the cache key.
#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct OriginRequestPolicy {
    pub(crate) origin_request_policy_config: OriginRequestPolicyConfig,
}

impl Resource for OriginRequestPolicy {
    const TYPE: &'static str = "AWS::CloudFront::OriginRequestPolicy";
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct OriginRequestPolicyConfig {
    pub(crate) name: Text,
    pub(crate) comment: String,
    #[serde(flatten)]
    pub(crate) parts: RequestParts,
}

/// Headers that answers get and lose.
#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct ResponseHeadersPolicy {
    pub(crate) response_headers_policy_config: ResponseHeadersPolicyConfig,
}

impl Resource for ResponseHeadersPolicy {
    const TYPE: &'static str = "AWS::CloudFront::ResponseHeadersPolicy";
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct ResponseHeadersPolicyConfig {
    pub(crate) name: Text,
    pub(crate) comment: String,
    pub(crate) security_headers_config: Option<SecurityHeaders>,
    pub(crate) cors_config: Option<CorsConfig>,
    pub(crate) custom_headers_config: Option<Items<CustomHeader>>,
    pub(crate) remove_headers_config: Option<Items<RemoveHeader>>,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct SecurityHeaders {
    pub(crate) strict_transport_security: Option<StrictTransportSecurity>,
    pub(crate) content_security_policy: Option<ContentSecurityPolicy>,
    pub(crate) content_type_options: Option<Override>,
    pub(crate) frame_options: Option<FrameOptions>,
    pub(crate) referrer_policy: Option<ReferrerPolicy>,
}

/// Whether it outranks the origin's own.
#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct Override {
    pub(crate) r#override: bool,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct StrictTransportSecurity {
    pub(crate) access_control_max_age_sec: u32,
    pub(crate) include_subdomains: bool,
    pub(crate) preload: bool,
    pub(crate) r#override: bool,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct ContentSecurityPolicy {
    pub(crate) content_security_policy: String,
    pub(crate) r#override: bool,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct FrameOptions {
    pub(crate) frame_option: &'static str,
    pub(crate) r#override: bool,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct ReferrerPolicy {
    pub(crate) referrer_policy: String,
    pub(crate) r#override: bool,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct CorsConfig {
    pub(crate) access_control_allow_origins: Items<String>,
    pub(crate) access_control_allow_methods: Items<String>,
    pub(crate) access_control_allow_headers: Items<String>,
    pub(crate) access_control_expose_headers: Option<Items<String>>,
    pub(crate) access_control_allow_credentials: bool,
    pub(crate) access_control_max_age_sec: u32,
    pub(crate) origin_override: bool,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct Items<T> {
    pub(crate) items: Vec<T>,
}

impl<T> Items<T> {
    /// None where there are none: AWS takes no empty list.
    pub(crate) fn some(items: Vec<T>) -> Option<Self> {
        (!items.is_empty()).then_some(Self { items })
    }
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct CustomHeader {
    pub(crate) header: String,
    pub(crate) value: String,
    pub(crate) r#override: bool,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct RemoveHeader {
    pub(crate) header: String,
}
