//! Behaviors of a template as the SDK's types. What templates of a fleet never say is left out:
//! CloudFront then has it as it has it for a new behavior.

use aws_sdk_cloudfront::types::{
    AllowedMethods, CacheBehavior, CachedMethods, DefaultCacheBehavior, EventType,
    FunctionAssociation, FunctionAssociations, LambdaFunctionAssociation,
    LambdaFunctionAssociations, Method, TrustedKeyGroups, TrustedSigners, ViewerProtocolPolicy,
};
use serde_json::Value;

use super::fields::{flag, items, quantity, text, texts};

/// Sets what both kinds of behaviors have; the SDK knows them as two types of the same fields.
macro_rules! fields {
    ($builder:expr, $value:expr) => {
        $builder
            .set_target_origin_id(text($value, "TargetOriginId"))
            .set_viewer_protocol_policy(
                text($value, "ViewerProtocolPolicy")
                    .map(|policy| ViewerProtocolPolicy::from(policy.as_str())),
            )
            .set_allowed_methods(methods($value)?)
            .compress(flag($value, "Compress").unwrap_or_default())
            .smooth_streaming(flag($value, "SmoothStreaming").unwrap_or_default())
            .set_cache_policy_id(text($value, "CachePolicyId"))
            .set_origin_request_policy_id(text($value, "OriginRequestPolicyId"))
            .set_response_headers_policy_id(text($value, "ResponseHeadersPolicyId"))
            .field_level_encryption_id(text($value, "FieldLevelEncryptionId").unwrap_or_default())
            .set_realtime_log_config_arn(text($value, "RealtimeLogConfigArn"))
            .function_associations(functions($value)?)
            .lambda_function_associations(lambdas($value)?)
            .trusted_key_groups(key_groups($value)?)
            .trusted_signers(signers($value)?)
    };
}

pub(super) fn default_behavior(value: &Value) -> anyhow::Result<DefaultCacheBehavior> {
    Ok(fields!(DefaultCacheBehavior::builder(), value).build()?)
}

pub(super) fn behavior(value: &Value) -> anyhow::Result<CacheBehavior> {
    let builder = CacheBehavior::builder().set_path_pattern(text(value, "PathPattern"));
    Ok(fields!(builder, value).build()?)
}

fn methods(value: &Value) -> anyhow::Result<Option<AllowedMethods>> {
    let list = |key: &str| -> Option<Vec<Method>> {
        let names = texts(value.get(key)?);
        Some(names.iter().map(|name| Method::from(name.as_str())).collect())
    };
    let Some(allowed) = list("AllowedMethods") else { return Ok(None) };
    let mut builder = AllowedMethods::builder().quantity(quantity(allowed.len())?);
    if let Some(cached) = list("CachedMethods") {
        let cached_methods = CachedMethods::builder().quantity(quantity(cached.len())?);
        builder = builder.cached_methods(cached_methods.set_items(Some(cached)).build()?);
    }
    Ok(Some(builder.set_items(Some(allowed)).build()?))
}

fn functions(value: &Value) -> anyhow::Result<FunctionAssociations> {
    let one = |function: &Value| {
        FunctionAssociation::builder()
            .set_function_arn(text(function, "FunctionARN"))
            .set_event_type(event(function))
            .build()
    };
    let list = value.get("FunctionAssociations").map(items).unwrap_or_default();
    let all = list.iter().map(one).collect::<Result<Vec<_>, _>>()?;
    Ok(FunctionAssociations::builder()
        .quantity(quantity(all.len())?)
        .set_items(Some(all))
        .build()?)
}

fn lambdas(value: &Value) -> anyhow::Result<LambdaFunctionAssociations> {
    let one = |lambda: &Value| {
        LambdaFunctionAssociation::builder()
            .set_lambda_function_arn(text(lambda, "LambdaFunctionARN"))
            .set_event_type(event(lambda))
            .include_body(flag(lambda, "IncludeBody").unwrap_or_default())
            .build()
    };
    let list = value.get("LambdaFunctionAssociations").map(items).unwrap_or_default();
    let all = list.iter().map(one).collect::<Result<Vec<_>, _>>()?;
    let builder = LambdaFunctionAssociations::builder().quantity(quantity(all.len())?);
    Ok(builder.set_items(Some(all)).build()?)
}

fn event(association: &Value) -> Option<EventType> {
    text(association, "EventType").map(|event| EventType::from(event.as_str()))
}

fn key_groups(value: &Value) -> anyhow::Result<TrustedKeyGroups> {
    let groups = value.get("TrustedKeyGroups").map(texts).unwrap_or_default();
    let builder = TrustedKeyGroups::builder().enabled(!groups.is_empty());
    Ok(builder.quantity(quantity(groups.len())?).set_items(Some(groups)).build()?)
}

fn signers(value: &Value) -> anyhow::Result<TrustedSigners> {
    let signers = value.get("TrustedSigners").map(texts).unwrap_or_default();
    let builder = TrustedSigners::builder().enabled(!signers.is_empty());
    Ok(builder.quantity(quantity(signers.len())?).set_items(Some(signers)).build()?)
}
