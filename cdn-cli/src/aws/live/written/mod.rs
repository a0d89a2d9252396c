//! Properties of a template as the SDK's types, so that what was deployed can be put back.

mod behavior;
mod fields;
mod origin;

use anyhow::bail;
use aws_sdk_cloudfront::types::{
    Aliases, CacheBehaviors, CachePolicyConfig, CacheTagConfig, CustomErrorResponse,
    CustomErrorResponses, DistributionConfig, GeoRestriction, GeoRestrictionType, HttpVersion,
    LoggingConfig, MinimumProtocolVersion, PriceClass, Restrictions, SslSupportMethod,
    ViewerCertificate,
};
use serde_json::Value;

use fields::{flag, items, long, number, quantity, text, texts};

/// Sets one top-level key of a distribution to what a template's `DistributionConfig` has under it;
/// where that has nothing, to what AWS takes in its place.
pub(super) fn set(there: &mut DistributionConfig, key: &str, config: &Value) -> anyhow::Result<()> {
    let value = config.get(key).unwrap_or(&Value::Null);
    let word = || value.as_str().unwrap_or_default().to_owned();
    match key {
        "Enabled" => there.enabled = value.as_bool().unwrap_or_default(),
        "Comment" => there.comment = word(),
        "Aliases" => there.aliases = Some(aliases(value)?),
        "AnycastIpListId" => there.anycast_ip_list_id = value.as_str().map(str::to_owned),
        "DefaultRootObject" => there.default_root_object = Some(word()),
        "Origins" => there.origins = Some(origin::origins(value)?),
        "OriginGroups" => there.origin_groups = Some(origin::groups(value)?),
        "CacheBehaviors" => there.cache_behaviors = Some(behaviors(value)?),
        "DefaultCacheBehavior" => {
            there.default_cache_behavior = Some(behavior::default_behavior(value)?);
        }
        "CustomErrorResponses" => there.custom_error_responses = Some(error_responses(value)?),
        "CacheTagConfig" => there.cache_tag_config = cache_tag(value)?,
        "ContinuousDeploymentPolicyId" => there.continuous_deployment_policy_id = Some(word()),
        "HttpVersion" => {
            let version = value.as_str().unwrap_or("http2");
            there.http_version = Some(HttpVersion::from(version));
        }
        "IPV6Enabled" => there.is_ipv6_enabled = value.as_bool(),
        "Logging" => there.logging = Some(no_logging()),
        "PriceClass" => {
            there.price_class = Some(PriceClass::from(value.as_str().unwrap_or("PriceClass_All")));
        }
        "Restrictions" => there.restrictions = Some(restrictions(value)?),
        "ViewerCertificate" => there.viewer_certificate = Some(certificate(value)),
        "WebACLId" => there.web_acl_id = Some(word()),
        other => bail!("{other} is nothing that can be put back by CloudFront's API"),
    }
    Ok(())
}

/// A cache policy with the times and the key that a template's `CachePolicyConfig` has.
pub(super) fn cache_policy(
    there: CachePolicyConfig,
    config: &Value,
) -> anyhow::Result<CachePolicyConfig> {
    let mut wanted = there;
    wanted.comment = text(config, "Comment");
    wanted.min_ttl = long(config, "MinTTL").unwrap_or_default();
    wanted.default_ttl = long(config, "DefaultTTL");
    wanted.max_ttl = long(config, "MaxTTL");
    if let Some(key) = config.get("ParametersInCacheKeyAndForwardedToOrigin") {
        wanted.parameters_in_cache_key_and_forwarded_to_origin = Some(fields::cache_key(key)?);
    }
    Ok(wanted)
}

fn aliases(value: &Value) -> anyhow::Result<Aliases> {
    let names = texts(value);
    Ok(Aliases::builder().quantity(quantity(names.len())?).set_items(Some(names)).build()?)
}

fn behaviors(value: &Value) -> anyhow::Result<CacheBehaviors> {
    let all = items(value).iter().map(behavior::behavior).collect::<anyhow::Result<Vec<_>>>()?;
    Ok(CacheBehaviors::builder().quantity(quantity(all.len())?).set_items(Some(all)).build()?)
}

fn error_responses(value: &Value) -> anyhow::Result<CustomErrorResponses> {
    let one = |error: &Value| {
        let code = number(error, "ResponseCode").map(|code| code.to_string());
        CustomErrorResponse::builder()
            .set_error_code(number(error, "ErrorCode"))
            .set_error_caching_min_ttl(long(error, "ErrorCachingMinTTL"))
            .response_code(code.unwrap_or_default())
            .response_page_path(text(error, "ResponsePagePath").unwrap_or_default())
            .build()
    };
    let all = items(value).iter().map(one).collect::<Result<Vec<_>, _>>()?;
    let builder = CustomErrorResponses::builder().quantity(quantity(all.len())?);
    Ok(builder.set_items(Some(all)).build()?)
}

fn cache_tag(value: &Value) -> anyhow::Result<Option<CacheTagConfig>> {
    let Some(name) = text(value, "HeaderName") else { return Ok(None) };
    Ok(Some(CacheTagConfig::builder().header_name(name).build()?))
}

/// The fleet logs by deliveries; what the distribution itself writes is nobody's wish.
fn no_logging() -> LoggingConfig {
    LoggingConfig::builder().enabled(false).include_cookies(false).bucket("").prefix("").build()
}

fn restrictions(value: &Value) -> anyhow::Result<Restrictions> {
    let geo = value.get("GeoRestriction").unwrap_or(&Value::Null);
    let kind = text(geo, "RestrictionType").unwrap_or_else(|| "none".to_owned());
    let countries = geo.get("Locations").map(texts).unwrap_or_default();
    let geo = GeoRestriction::builder()
        .restriction_type(GeoRestrictionType::from(kind.as_str()))
        .quantity(quantity(countries.len())?)
        .set_items(Some(countries))
        .build()?;
    Ok(Restrictions::builder().geo_restriction(geo).build())
}

fn certificate(value: &Value) -> ViewerCertificate {
    let version = text(value, "MinimumProtocolVersion");
    let method = text(value, "SslSupportMethod");
    ViewerCertificate::builder()
        .set_acm_certificate_arn(text(value, "AcmCertificateArn"))
        .set_iam_certificate_id(text(value, "IamCertificateId"))
        .set_cloud_front_default_certificate(flag(value, "CloudFrontDefaultCertificate"))
        .set_minimum_protocol_version(version.as_deref().map(MinimumProtocolVersion::from))
        .set_ssl_support_method(method.as_deref().map(SslSupportMethod::from))
        .build()
}
