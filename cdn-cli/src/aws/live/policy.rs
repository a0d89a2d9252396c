//! Policies, in the words of CloudFormation.

#![expect(
    clippy::redundant_closure_for_method_calls,
    reason = "the path of every type's method would bury what is mapped to what"
)]

use aws_sdk_cloudfront::types::{
    CachePolicyConfig, OriginRequestPolicyConfig, ParametersInCacheKeyAndForwardedToOrigin,
    ResponseHeadersPolicyConfig, ResponseHeadersPolicyCorsConfig,
    ResponseHeadersPolicySecurityHeadersConfig,
};
use serde_json::{Value, json};

use super::without_nulls;

/// The `CachePolicyConfig` of a template.
pub(super) fn cache(policy: &CachePolicyConfig) -> Value {
    without_nulls(json!({
        "Name": policy.name,
        "Comment": policy.comment,
        "MinTTL": policy.min_ttl,
        "DefaultTTL": policy.default_ttl,
        "MaxTTL": policy.max_ttl,
        "ParametersInCacheKeyAndForwardedToOrigin":
            policy.parameters_in_cache_key_and_forwarded_to_origin().map(key),
    }))
}

fn key(key: &ParametersInCacheKeyAndForwardedToOrigin) -> Value {
    json!({
        "EnableAcceptEncodingBrotli": key.enable_accept_encoding_brotli,
        "EnableAcceptEncodingGzip": key.enable_accept_encoding_gzip,
        "HeadersConfig": key.headers_config().map(|part| json!({
            "HeaderBehavior": part.header_behavior.as_str(),
            "Headers": part.headers().map(|names| names.items()),
        })),
        "CookiesConfig": key.cookies_config().map(|part| json!({
            "CookieBehavior": part.cookie_behavior.as_str(),
            "Cookies": part.cookies().map(|names| names.items()),
        })),
        "QueryStringsConfig": key.query_strings_config().map(|part| json!({
            "QueryStringBehavior": part.query_string_behavior.as_str(),
            "QueryStrings": part.query_strings().map(|names| names.items()),
        })),
    })
}

/// The `OriginRequestPolicyConfig` of a template.
pub(super) fn origin_request(policy: &OriginRequestPolicyConfig) -> Value {
    without_nulls(json!({
        "Name": policy.name,
        "Comment": policy.comment,
        "HeadersConfig": policy.headers_config().map(|part| json!({
            "HeaderBehavior": part.header_behavior.as_str(),
            "Headers": part.headers().map(|names| names.items()),
        })),
        "CookiesConfig": policy.cookies_config().map(|part| json!({
            "CookieBehavior": part.cookie_behavior.as_str(),
            "Cookies": part.cookies().map(|names| names.items()),
        })),
        "QueryStringsConfig": policy.query_strings_config().map(|part| json!({
            "QueryStringBehavior": part.query_string_behavior.as_str(),
            "QueryStrings": part.query_strings().map(|names| names.items()),
        })),
    }))
}

/// The `ResponseHeadersPolicyConfig` of a template.
pub(super) fn response_headers(policy: &ResponseHeadersPolicyConfig) -> Value {
    without_nulls(json!({
        "Name": policy.name,
        "Comment": policy.comment,
        "CorsConfig": policy.cors_config().map(cors),
        "SecurityHeadersConfig": policy.security_headers_config().map(security),
        "ServerTimingHeadersConfig": policy.server_timing_headers_config().map(|timing| json!({
            "Enabled": timing.enabled,
            "SamplingRate": timing.sampling_rate,
        })),
        "CustomHeadersConfig": policy.custom_headers_config().map(|custom| json!({
            "Items": custom.items().iter().map(|header| json!({
                "Header": header.header,
                "Value": header.value,
                "Override": header.r#override,
            })).collect::<Vec<_>>(),
        })),
        "RemoveHeadersConfig": policy.remove_headers_config().map(|removed| json!({
            "Items": removed.items().iter().map(|it| json!({ "Header": it.header })).collect::<Vec<_>>(),
        })),
    }))
}

fn cors(cors: &ResponseHeadersPolicyCorsConfig) -> Value {
    let methods = cors
        .access_control_allow_methods()
        .map(|list| list.items().iter().map(|method| method.as_str()).collect::<Vec<_>>());
    json!({
        "AccessControlAllowOrigins":
            cors.access_control_allow_origins().map(|list| json!({ "Items": list.items() })),
        "AccessControlAllowMethods": methods.map(|items| json!({ "Items": items })),
        "AccessControlAllowHeaders":
            cors.access_control_allow_headers().map(|list| json!({ "Items": list.items() })),
        "AccessControlExposeHeaders":
            cors.access_control_expose_headers().map(|list| json!({ "Items": list.items() })),
        "AccessControlAllowCredentials": cors.access_control_allow_credentials,
        "AccessControlMaxAgeSec": cors.access_control_max_age_sec,
        "OriginOverride": cors.origin_override,
    })
}

fn security(headers: &ResponseHeadersPolicySecurityHeadersConfig) -> Value {
    json!({
        "StrictTransportSecurity": headers.strict_transport_security().map(|it| json!({
            "AccessControlMaxAgeSec": it.access_control_max_age_sec,
            "IncludeSubdomains": it.include_subdomains,
            "Preload": it.preload,
            "Override": it.r#override,
        })),
        "ContentSecurityPolicy": headers.content_security_policy().map(|it| json!({
            "ContentSecurityPolicy": it.content_security_policy,
            "Override": it.r#override,
        })),
        "ContentTypeOptions":
            headers.content_type_options().map(|it| json!({ "Override": it.r#override })),
        "FrameOptions": headers.frame_options().map(|it| json!({
            "FrameOption": it.frame_option.as_str(),
            "Override": it.r#override,
        })),
        "ReferrerPolicy": headers.referrer_policy().map(|it| json!({
            "ReferrerPolicy": it.referrer_policy.as_str(),
            "Override": it.r#override,
        })),
        "XSSProtection": headers.xss_protection().map(|it| json!({
            "Protection": it.protection,
            "ModeBlock": it.mode_block,
            "ReportUri": it.report_uri,
            "Override": it.r#override,
        })),
    })
}
