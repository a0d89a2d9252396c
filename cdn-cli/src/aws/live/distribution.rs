//! A distribution as `CloudFront` answers for it, in the words of CloudFormation's
//! `AWS::CloudFront::Distribution`:
//! <https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-properties-cloudfront-distribution-distributionconfig.html>.

#![expect(
    clippy::redundant_closure_for_method_calls,
    reason = "the path of every type's method would bury what is mapped to what"
)]

use aws_sdk_cloudfront::types::{
    CustomErrorResponse, DistributionConfig, LoggingConfig, ParameterDefinition, Restrictions,
    TenantConfig, ViewerCertificate,
};
use serde_json::{Value, json};

use super::behavior::{behaviors, default_behavior};
use super::origin::{groups, origins};
use super::without_nulls;

/// The `DistributionConfig` of a template.
pub(super) fn config(config: &DistributionConfig) -> Value {
    without_nulls(json!({
        "Enabled": config.enabled,
        "Comment": config.comment,
        "Aliases": config.aliases().map(|aliases| aliases.items()),
        "AnycastIpListId": config.anycast_ip_list_id,
        "ConnectionMode": config.connection_mode().map(|mode| mode.as_str()),
        "TenantConfig": config.tenant_config().map(tenant),
        "DefaultRootObject": config.default_root_object,
        "Origins": config.origins().map(origins),
        "OriginGroups": config.origin_groups().map(groups),
        "CacheBehaviors": config.cache_behaviors().map(behaviors),
        "DefaultCacheBehavior": config.default_cache_behavior().map(default_behavior),
        "CustomErrorResponses": config.custom_error_responses().map(|errors| {
            errors.items().iter().map(error_response).collect::<Vec<_>>()
        }),
        "CacheTagConfig": config.cache_tag_config().map(|tags| json!({ "HeaderName": tags.header_name })),
        "ContinuousDeploymentPolicyId": config.continuous_deployment_policy_id,
        "HttpVersion": config.http_version().map(|version| version.as_str().to_lowercase()),
        "IPV6Enabled": config.is_ipv6_enabled,
        "Logging": config.logging().map(logging),
        "PriceClass": config.price_class().map(|class| class.as_str()),
        "Restrictions": config.restrictions().map(restrictions),
        "Staging": config.staging,
        "ViewerCertificate": config.viewer_certificate().map(certificate),
        "WebACLId": config.web_acl_id,
    }))
}

fn tenant(config: &TenantConfig) -> Value {
    let parameters = config.parameter_definitions().iter().map(parameter);
    json!({ "ParameterDefinitions": parameters.collect::<Vec<_>>() })
}

fn parameter(parameter: &ParameterDefinition) -> Value {
    let schema = parameter.definition().and_then(|definition| definition.string_schema());
    json!({
        "Name": parameter.name,
        "Definition": { "StringSchema": schema.map(|schema| json!({
            "Required": schema.required,
            "Comment": schema.comment,
            "DefaultValue": schema.default_value,
        })) },
    })
}

fn error_response(error: &CustomErrorResponse) -> Value {
    json!({
        "ErrorCode": error.error_code,
        "ErrorCachingMinTTL": error.error_caching_min_ttl,
        "ResponseCode": error.response_code().and_then(|code| code.parse::<u16>().ok()),
        "ResponsePagePath": error.response_page_path,
    })
}

fn logging(logging: &LoggingConfig) -> Value {
    json!({
        "Enabled": logging.enabled,
        "Bucket": logging.bucket,
        "IncludeCookies": logging.include_cookies,
        "Prefix": logging.prefix,
    })
}

fn restrictions(restrictions: &Restrictions) -> Value {
    json!({ "GeoRestriction": restrictions.geo_restriction().map(|geo| json!({
        "RestrictionType": geo.restriction_type.as_str(),
        "Locations": geo.items(),
    })) })
}

fn certificate(certificate: &ViewerCertificate) -> Value {
    json!({
        "AcmCertificateArn": certificate.acm_certificate_arn,
        "CloudFrontDefaultCertificate": certificate.cloud_front_default_certificate,
        "IamCertificateId": certificate.iam_certificate_id,
        "MinimumProtocolVersion": certificate.minimum_protocol_version().map(|it| it.as_str()),
        "SslSupportMethod": certificate.ssl_support_method().map(|method| method.as_str()),
    })
}
