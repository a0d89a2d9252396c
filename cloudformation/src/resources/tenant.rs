//! Tenants of a multi-tenant distribution.

use serde::Serialize;

use super::distribution::GeoRestriction;
use super::{Resource, Text};

/// A site in a distribution that it shares.
#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct DistributionTenant {
    pub(crate) name: Text,
    pub(crate) enabled: bool,
    pub(crate) distribution_id: Text,
    pub(crate) connection_group_id: Text,
    pub(crate) domains: Vec<String>,
    pub(crate) parameters: Vec<Parameter>,
    pub(crate) customizations: Customizations,
}

impl Resource for DistributionTenant {
    const TYPE: &'static str = "AWS::CloudFront::DistributionTenant";
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct Parameter {
    pub(crate) name: String,
    pub(crate) value: Text,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct Customizations {
    pub(crate) certificate: Option<TenantCertificate>,
    pub(crate) web_acl: Option<TenantWebAcl>,
    pub(crate) geo_restrictions: Option<GeoRestriction>,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct TenantCertificate {
    pub(crate) arn: Text,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct TenantWebAcl {
    pub(crate) action: &'static str,
    pub(crate) arn: Text,
}

/// The endpoint of tenants.
#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct ConnectionGroup {
    pub(crate) name: Text,
    pub(crate) enabled: bool,
    pub(crate) ipv6_enabled: bool,
}

impl Resource for ConnectionGroup {
    const TYPE: &'static str = "AWS::CloudFront::ConnectionGroup";
}
