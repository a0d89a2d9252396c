//! Cache behaviors, in the words of CloudFormation.

#![expect(
    clippy::redundant_closure_for_method_calls,
    reason = "the path of every type's method would bury what is mapped to what"
)]

use aws_sdk_cloudfront::types::{
    AllowedMethods, CacheBehavior, CacheBehaviors, DefaultCacheBehavior, FunctionAssociations,
    LambdaFunctionAssociations, TrustedKeyGroups, TrustedSigners,
};
use serde_json::{Value, json};

/// Behaviors in their order.
pub(super) fn behaviors(behaviors: &CacheBehaviors) -> Value {
    behaviors.items().iter().map(behavior).collect()
}

/// What both kinds of behaviors have; the SDK knows them as two types of the same fields.
macro_rules! fields {
    ($behavior:expr) => {
        json!({
            "TargetOriginId": $behavior.target_origin_id,
            "ViewerProtocolPolicy": $behavior.viewer_protocol_policy.as_str(),
            "AllowedMethods": $behavior.allowed_methods().map(allowed),
            "CachedMethods": $behavior.allowed_methods().map(cached),
            "Compress": $behavior.compress,
            "CachePolicyId": $behavior.cache_policy_id,
            "OriginRequestPolicyId": $behavior.origin_request_policy_id,
            "ResponseHeadersPolicyId": $behavior.response_headers_policy_id,
            "FunctionAssociations": $behavior.function_associations().map(functions),
            "LambdaFunctionAssociations": $behavior.lambda_function_associations().map(lambdas),
            "FieldLevelEncryptionId": $behavior.field_level_encryption_id,
            "GrpcConfig": $behavior.grpc_config().map(|grpc| json!({ "Enabled": grpc.enabled })),
            "RealtimeLogConfigArn": $behavior.realtime_log_config_arn,
            "SmoothStreaming": $behavior.smooth_streaming,
            "TrustedKeyGroups": $behavior.trusted_key_groups().map(key_groups),
            "TrustedSigners": $behavior.trusted_signers().map(signers),
        })
    };
}

/// The behavior of every other path.
pub(super) fn default_behavior(behavior: &DefaultCacheBehavior) -> Value {
    fields!(behavior)
}

fn behavior(behavior: &CacheBehavior) -> Value {
    let mut fields = fields!(behavior);
    fields["PathPattern"] = behavior.path_pattern.clone().into();
    fields
}

fn allowed(methods: &AllowedMethods) -> Value {
    methods.items().iter().map(|method| method.as_str()).collect()
}

fn cached(methods: &AllowedMethods) -> Value {
    let cached = methods.cached_methods().map(|cached| cached.items()).unwrap_or_default();
    cached.iter().map(|method| method.as_str()).collect()
}

fn functions(functions: &FunctionAssociations) -> Value {
    let one = |function: &aws_sdk_cloudfront::types::FunctionAssociation| json!({ "EventType": function.event_type.as_str(), "FunctionARN": function.function_arn });
    functions.items().iter().map(one).collect()
}

fn lambdas(lambdas: &LambdaFunctionAssociations) -> Value {
    let one = |lambda: &aws_sdk_cloudfront::types::LambdaFunctionAssociation| {
        json!({
            "EventType": lambda.event_type.as_str(),
            "LambdaFunctionARN": lambda.lambda_function_arn,
            "IncludeBody": lambda.include_body,
        })
    };
    lambdas.items().iter().map(one).collect()
}

fn key_groups(groups: &TrustedKeyGroups) -> Value {
    groups.items().into()
}

fn signers(signers: &TrustedSigners) -> Value {
    signers.items().into()
}
