//! What a change may do to shoppers: a table of properties.

use serde::Serialize;
use serde_json::Value;

/// What a change may do, the least first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Risk {
    /// Nothing that shoppers notice.
    Safe,
    /// Objects are kept longer or shorter.
    Ttl,
    /// What is cached is not found under its new key: the hit ratio falls until it is cached again.
    CacheKey,
    /// Requests go elsewhere, or are answered by other code.
    Routing,
    /// Who gets in, and what browsers are told to enforce.
    Security,
    /// The resource would be made anew: for a distribution that is an outage, so it is refused.
    Replacement,
}

impl Risk {
    /// The word for people.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Safe => "safe",
            Self::Ttl => "ttl",
            Self::CacheKey => "cache key",
            Self::Routing => "routing",
            Self::Security => "security",
            Self::Replacement => "REPLACEMENT",
        }
    }
}

/// Parts of a field's path, and what a change of it may do; the first row that fits counts.
const ROWS: [(&str, &str, Risk); 50] = [
    // Immutable: https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/
    // aws-resource-cloudfront-distribution.html
    ("CloudFront::Distribution", "DistributionConfig.Staging", Risk::Replacement),
    ("CloudFront::Distribution", "DistributionConfig.ConnectionMode", Risk::Replacement),
    ("CloudFront::KeyValueStore", "Name", Risk::Replacement),
    ("CloudFront::ConnectionGroup", "Name", Risk::Replacement),
    ("CloudFront::DistributionTenant", "Name", Risk::Replacement),
    ("S3::Bucket", "BucketName", Risk::Replacement),
    ("SQS::Queue", "QueueName", Risk::Replacement),
    ("Lambda::Function", "FunctionName", Risk::Replacement),
    ("CloudFront::DistributionTenant", "Enabled", Risk::Routing),
    ("CloudFront::DistributionTenant", "Domains", Risk::Routing),
    ("CloudFront::DistributionTenant", "Parameters", Risk::Routing),
    ("CloudFront::DistributionTenant", "Customizations", Risk::Security),
    ("", "MinTTL", Risk::Ttl),
    ("", "DefaultTTL", Risk::Ttl),
    ("", "MaxTTL", Risk::Ttl),
    ("", "ErrorCachingMinTTL", Risk::Ttl),
    ("", "ParametersInCacheKeyAndForwardedToOrigin", Risk::CacheKey),
    ("", "CachePolicyId", Risk::CacheKey),
    ("CloudFront::CachePolicy", "", Risk::CacheKey),
    ("", "CacheTagConfig", Risk::CacheKey),
    ("", "ViewerProtocolPolicy", Risk::Security),
    ("", "ViewerCertificate", Risk::Security),
    ("", "WebACLId", Risk::Security),
    ("", "WebAclArn", Risk::Security),
    ("", "Restrictions", Risk::Security),
    ("", "GeoRestrictions", Risk::Security),
    ("", "OriginAccessControlId", Risk::Security),
    ("", "OriginProtocolPolicy", Risk::Security),
    ("", "OriginSSLProtocols", Risk::Security),
    ("", "TrustedKeyGroups", Risk::Security),
    ("", "SecurityHeadersConfig", Risk::Security),
    ("", "CorsConfig", Risk::Security),
    ("", "ResponseHeadersPolicyId", Risk::Security),
    ("", "AllowedMethods", Risk::Security),
    ("", "OriginRequestPolicyId", Risk::Routing),
    ("CloudFront::ResponseHeadersPolicy", "", Risk::Safe),
    ("CloudFront::OriginAccessControl", "", Risk::Security),
    ("WAFv2::", "", Risk::Security),
    ("S3::BucketPolicy", "", Risk::Security),
    ("Lambda::Permission", "", Risk::Security),
    ("IAM::", "", Risk::Security),
    ("CertificateManager::", "", Risk::Security),
    ("", "FunctionAssociations", Risk::Routing),
    ("", "LambdaFunctionAssociations", Risk::Routing),
    ("", "Aliases", Risk::Routing),
    ("", "Origins", Risk::Routing),
    ("", "OriginGroups", Risk::Routing),
    ("", "CacheBehaviors", Risk::Routing),
    ("", "TargetOriginId", Risk::Routing),
    ("Route53::", "", Risk::Routing),
];

/// What the change of a field of such a resource may do, from what it was to what it is to be.
pub(crate) fn risk(kind: &str, field: &str, values: (Option<&Value>, Option<&Value>)) -> Risk {
    if field.is_empty() {
        return whole(kind, values);
    }
    // A part of one behavior is judged as the same part of the default one.
    let field = match field.strip_prefix("DistributionConfig.CacheBehaviors[") {
        Some(rest) => rest.split_once("].").map_or(field, |(_, part)| part),
        None => field,
    };
    if field.ends_with(".Enabled") && kind.ends_with("Distribution") {
        return Risk::Routing;
    }
    let row = ROWS.iter().find(|(of, part, _)| kind.contains(of) && names(field, part));
    row.map_or(Risk::Safe, |(_, _, risk)| *risk)
}

/// What it does that a resource comes, goes, or becomes another.
fn whole(kind: &str, values: (Option<&Value>, Option<&Value>)) -> Risk {
    match values {
        // A distribution that goes while its stack stays.
        (Some(_), _) if kind == "AWS::CloudFront::Distribution" => Risk::Replacement,
        (Some(_), _) if kind == "AWS::CloudFront::DistributionTenant" => Risk::Replacement,
        (None, Some(_)) => Risk::Safe,
        _ => risk(kind, "Properties", values),
    }
}

/// Whether the part is a whole step of the path.
fn names(field: &str, part: &str) -> bool {
    part.is_empty()
        || field == part
        || field.split(['.', '[', ']', ' ']).any(|step| step == part)
        || { part.contains('.') && field.starts_with(part) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_have_their_risks() {
        let distribution = "AWS::CloudFront::Distribution";
        for (kind, field, want) in [
            (distribution, "DistributionConfig.HttpVersion", Risk::Safe),
            (distribution, "DistributionConfig.Comment", Risk::Safe),
            (distribution, "DistributionConfig.Enabled", Risk::Routing),
            (distribution, "DistributionConfig.Staging", Risk::Replacement),
            (distribution, "DistributionConfig.Aliases[a.example]", Risk::Routing),
            (
                distribution,
                "DistributionConfig.ViewerCertificate.AcmCertificateArn",
                Risk::Security,
            ),
            (distribution, "DistributionConfig.DefaultCacheBehavior.CachePolicyId", Risk::CacheKey),
            (
                distribution,
                "DistributionConfig.CacheBehaviors[/a*].CachePolicyId.Properties.CachePolicyConfig.\
                 DefaultTTL",
                Risk::Ttl,
            ),
            (distribution, "DistributionConfig.CacheBehaviors[/a*].Compress", Risk::Safe),
            (distribution, "DistributionConfig.CacheBehaviors[/a*]", Risk::Routing),
            (distribution, "DistributionConfig.CacheBehaviors (order)", Risk::Routing),
            ("AWS::WAFv2::WebACL", "Rules[common].Priority", Risk::Security),
            ("AWS::S3::Bucket", "BucketName", Risk::Replacement),
            ("AWS::CloudWatch::Alarm", "Threshold", Risk::Safe),
        ] {
            assert_eq!(risk(kind, field, (None, None)), want, "{kind} {field}");
        }
    }

    #[test]
    fn a_distribution_is_never_taken_away() {
        let value = Value::Bool(true);
        let distribution = "AWS::CloudFront::Distribution";
        assert_eq!(risk(distribution, "", (Some(&value), None)), Risk::Replacement);
        assert_eq!(risk(distribution, "", (None, Some(&value))), Risk::Safe);
        assert_eq!(risk("AWS::CloudWatch::Alarm", "", (Some(&value), None)), Risk::Safe);
        assert_eq!(risk("AWS::WAFv2::WebACL", "", (Some(&value), None)), Risk::Security);
    }
}
