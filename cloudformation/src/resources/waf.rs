//! Web ACLs of AWS WAF.

use serde::Serialize;
use serde_json::Value;

use super::{Resource, Text};

/// Rules by which requests are refused before CloudFront looks at them.
#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct WebAcl {
    pub(crate) name: Text,
    pub(crate) scope: &'static str,
    pub(crate) default_action: Value,
    pub(crate) visibility_config: VisibilityConfig,
    pub(crate) rules: Vec<Rule>,
}

impl Resource for WebAcl {
    const TYPE: &'static str = "AWS::WAFv2::WebACL";
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct Rule {
    pub(crate) name: String,
    pub(crate) priority: usize,
    pub(crate) statement: Value,
    /// Exactly one of this and `override_action`, which is for groups of rules.
    pub(crate) action: Option<Value>,
    pub(crate) override_action: Option<Value>,
    pub(crate) visibility_config: VisibilityConfig,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct VisibilityConfig {
    pub(crate) cloud_watch_metrics_enabled: bool,
    pub(crate) metric_name: Text,
    pub(crate) sampled_requests_enabled: bool,
}

impl VisibilityConfig {
    /// Counts and samples, under that name.
    pub(crate) fn named(name: impl Into<Text>) -> Self {
        Self {
            cloud_watch_metrics_enabled: true,
            metric_name: name.into(),
            sampled_requests_enabled: true,
        }
    }
}

/// Addresses of one family.
#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct IpSet {
    pub(crate) name: Text,
    pub(crate) scope: &'static str,
    #[serde(rename = "IPAddressVersion")]
    pub(crate) ip_address_version: &'static str,
    pub(crate) addresses: Vec<String>,
}

impl Resource for IpSet {
    const TYPE: &'static str = "AWS::WAFv2::IPSet";
}
