//! Tenants of multi-tenant distributions.

use aws_sdk_cloudfront::types::{Customizations, DistributionTenant};
use serde_json::{Value, json};

use super::without_nulls;

/// A tenant's properties.
pub(super) fn properties(tenant: &DistributionTenant) -> Value {
    let parameter =
        |it: &aws_sdk_cloudfront::types::Parameter| json!({ "Name": it.name, "Value": it.value });
    without_nulls(json!({
        "Name": tenant.name,
        "Enabled": tenant.enabled,
        "DistributionId": tenant.distribution_id,
        "ConnectionGroupId": tenant.connection_group_id,
        "Domains": tenant.domains().iter().map(|it| it.domain.clone()).collect::<Vec<_>>(),
        "Parameters": tenant.parameters().iter().map(parameter).collect::<Vec<_>>(),
        "Customizations": tenant.customizations.as_ref().map_or_else(|| json!({}), customizations),
    }))
}

fn customizations(own: &Customizations) -> Value {
    json!({
        "Certificate": own.certificate.as_ref().map(|it| json!({ "Arn": it.arn })),
        "GeoRestrictions": own.geo_restrictions.as_ref().map(|it| json!({
            "Locations": it.locations,
            "RestrictionType": it.restriction_type.as_str(),
        })),
        "WebAcl": own.web_acl.as_ref().map(|it| json!({
            "Action": it.action.as_str(),
            "Arn": it.arn,
        })),
    })
}
