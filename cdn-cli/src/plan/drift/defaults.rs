//! What AWS fills in where a template says nothing.

use serde_json::Value;

/// Keys and the values that they have where nobody says anything:
/// <https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-cloudfront-distribution.html>
/// and the pages of its properties.
const ROWS: [(&str, &str); 24] = [
    ("ActionsEnabled", "true"),
    ("ConnectionAttempts", "3"),
    ("ConnectionMode", "direct"),
    ("ConnectionTimeout", "10"),
    ("CookieBehavior", "none"),
    ("DefaultTTL", "86400"),
    ("ErrorCachingMinTTL", "10"),
    ("HTTPPort", "80"),
    ("HTTPSPort", "443"),
    ("HeaderBehavior", "none"),
    ("HttpVersion", "http2"),
    ("IpAddressType", "ipv4"),
    ("MaxTTL", "31536000"),
    // Of CloudFront's own certificate, for which nobody can choose.
    ("MinimumProtocolVersion", "TLSv1"),
    ("OriginKeepaliveTimeout", "5"),
    ("OriginReadTimeout", "30"),
    ("PriceClass", "PriceClass_All"),
    ("Quantity", "0"),
    ("QueryStringBehavior", "none"),
    ("ResponseCompletionTimeout", "0"),
    ("RestrictionType", "none"),
    ("SelectionCriteria", "default"),
    ("SslSupportMethod", "vip"),
    ("TreatMissingData", "missing"),
];

/// Keys of web ACLs that say something though nothing is in them: what a rule does, and what of a
/// request it looks at:
/// <https://docs.aws.amazon.com/waf/latest/APIReference/API_RuleAction.html>,
/// <https://docs.aws.amazon.com/waf/latest/APIReference/API_FieldToMatch.html>.
const TELLING: [&str; 11] = [
    "All",
    "AllQueryArguments",
    "Allow",
    "Block",
    "Captcha",
    "Challenge",
    "Count",
    "Method",
    "None",
    "QueryString",
    "UriPath",
];

/// Whether a key with this value is the same as no such key.
pub(super) fn is_default(key: &str, value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::Bool(false) => !is_row(key, "true"),
        Value::Object(map) => {
            !TELLING.contains(&key) && map.iter().all(|(key, inner)| is_default(key, inner))
        }
        Value::Array(items) => items.is_empty() || is_read_only(key, items),
        Value::String(text) => text.is_empty() || is_row(key, text),
        other => is_row(key, &other.to_string()),
    }
}

fn is_row(key: &str, value: &str) -> bool {
    ROWS.iter().any(|(of, default)| *of == key && *default == value)
}

/// `GET` and `HEAD`, in either order.
fn is_read_only(key: &str, methods: &[Value]) -> bool {
    matches!(key, "AllowedMethods" | "CachedMethods")
        && methods.len() == 2
        && methods.iter().all(|method| method == "GET" || method == "HEAD")
}
