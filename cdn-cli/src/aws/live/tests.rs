use aws_sdk_cloudfront::types::{DistributionConfig, LoggingConfig};

use super::*;

/// A distribution with everything that templates of a fleet say.
fn template() -> Value {
    json!({
        "Enabled": true,
        "Comment": "aurora",
        "Aliases": ["aurora.example", "www.aurora.example"],
        "DefaultRootObject": "index.html",
        "Origins": [
            {
                "Id": "copy",
                "DomainName": "copies.s3.us-east-1.amazonaws.com",
                "OriginPath": "/shop",
                "ConnectionAttempts": 2,
                "ConnectionTimeout": 5,
                "OriginAccessControlId": "E1",
                "OriginCustomHeaders": [],
                "OriginShield": { "Enabled": true, "OriginShieldRegion": "us-east-1" },
                "S3OriginConfig": { "OriginAccessIdentity": "", "OriginReadTimeout": 30 },
            },
            {
                "Id": "default",
                "DomainName": "origin.example",
                "OriginPath": "",
                "ConnectionAttempts": 3,
                "ConnectionTimeout": 10,
                "OriginAccessControlId": "",
                "OriginCustomHeaders": [{ "HeaderName": "x-key", "HeaderValue": "k" }],
                "CustomOriginConfig": {
                    "HTTPPort": 80,
                    "HTTPSPort": 443,
                    "OriginKeepaliveTimeout": 30,
                    "OriginProtocolPolicy": "https-only",
                    "OriginReadTimeout": 45,
                    "OriginSSLProtocols": ["TLSv1.2"],
                },
            },
            {
                "Id": "inside",
                "DomainName": "inside.example",
                "OriginPath": "",
                "OriginAccessControlId": "",
                "OriginCustomHeaders": [],
                "VpcOriginConfig": {
                    "VpcOriginId": "vo_1",
                    "OriginKeepaliveTimeout": 30,
                    "OriginReadTimeout": 45,
                },
            },
        ],
        "OriginGroups": {
            "Quantity": 1,
            "Items": [{
                "Id": "default-or-copy",
                "FailoverCriteria": { "StatusCodes": { "Quantity": 2, "Items": [500, 502] } },
                "Members": {
                    "Quantity": 2,
                    "Items": [{ "OriginId": "default" }, { "OriginId": "copy" }],
                },
            }],
        },
        "CacheBehaviors": [behavior("/cart*")],
        "DefaultCacheBehavior": behavior(""),
        "CustomErrorResponses": [{
            "ErrorCode": 404,
            "ErrorCachingMinTTL": 5,
            "ResponseCode": 404,
            "ResponsePagePath": "/404.html",
        }],
        "CacheTagConfig": { "HeaderName": "Cache-Tag" },
        "HttpVersion": "http2and3",
        "IPV6Enabled": true,
        "PriceClass": "PriceClass_100",
        "Restrictions": {
            "GeoRestriction": { "RestrictionType": "blacklist", "Locations": ["KP"] },
        },
        "ViewerCertificate": {
            "AcmCertificateArn": "arn:aws:acm:us-east-1:111122223333:certificate/1",
            "MinimumProtocolVersion": "TLSv1.2_2021",
            "SslSupportMethod": "sni-only",
        },
        "WebACLId": "arn:aws:wafv2:us-east-1:111122223333:global/webacl/a/1",
    })
}

fn behavior(pattern: &str) -> Value {
    let mut behavior = json!({
        "TargetOriginId": "default",
        "ViewerProtocolPolicy": "redirect-to-https",
        "AllowedMethods": ["GET", "HEAD", "OPTIONS"],
        "CachedMethods": ["GET", "HEAD"],
        "Compress": true,
        "CachePolicyId": "c",
        "OriginRequestPolicyId": "o",
        "ResponseHeadersPolicyId": "h",
        "FunctionAssociations": [{ "EventType": "viewer-request", "FunctionARN": "f" }],
        "LambdaFunctionAssociations": [{
            "EventType": "origin-request",
            "LambdaFunctionARN": "l:1",
            "IncludeBody": false,
        }],
        "FieldLevelEncryptionId": "",
        "SmoothStreaming": false,
        "TrustedKeyGroups": [],
        "TrustedSigners": [],
    });
    if !pattern.is_empty() {
        behavior["PathPattern"] = pattern.into();
    }
    behavior
}

fn empty() -> DistributionConfig {
    let builder = DistributionConfig::builder().caller_reference("r").comment("").enabled(false);
    builder.build().unwrap()
}

#[test]
fn what_a_template_says_is_written_and_read_again() {
    let wanted = template();
    let mut config = empty();
    for key in wanted.as_object().unwrap().keys() {
        written::set(&mut config, key, &wanted).unwrap();
    }
    let read = distribution::config(&config);
    for (key, value) in wanted.as_object().unwrap() {
        assert_eq!(&read[key], value, "{key}");
    }
    assert_eq!(read.as_object().unwrap().len(), wanted.as_object().unwrap().len());
}

#[test]
fn what_no_template_says_is_taken_back() {
    let mut config = empty();
    let logging = LoggingConfig::builder().enabled(true).include_cookies(true);
    config.logging = Some(logging.bucket("logs.s3.amazonaws.com").prefix("x").build());
    config.web_acl_id = Some("arn".to_owned());
    let nothing = json!({});
    for key in ["Logging", "WebACLId", "Aliases", "Restrictions", "HttpVersion", "PriceClass"] {
        written::set(&mut config, key, &nothing).unwrap();
    }
    assert_eq!(
        distribution::config(&config),
        json!({
            "Enabled": false,
            "Comment": "",
            "Aliases": [],
            "HttpVersion": "http2",
            "Logging": { "Enabled": false, "Bucket": "", "IncludeCookies": false, "Prefix": "" },
            "PriceClass": "PriceClass_All",
            "Restrictions": { "GeoRestriction": { "RestrictionType": "none", "Locations": [] } },
            "WebACLId": "",
        })
    );
    let told = written::set(&mut config, "ViewerMtlsConfig", &nothing).unwrap_err();
    assert!(told.to_string().starts_with("ViewerMtlsConfig is nothing that can be put back"));
}

#[test]
fn a_cache_policy_keeps_its_name() {
    let config = json!({
        "Comment": "c",
        "MinTTL": 1,
        "DefaultTTL": 60,
        "MaxTTL": 600,
        "ParametersInCacheKeyAndForwardedToOrigin": {
            "EnableAcceptEncodingBrotli": true,
            "EnableAcceptEncodingGzip": true,
            "HeadersConfig": { "HeaderBehavior": "whitelist", "Headers": ["Host"] },
            "CookiesConfig": { "CookieBehavior": "none" },
            "QueryStringsConfig": { "QueryStringBehavior": "allExcept", "QueryStrings": ["t"] },
        },
    });
    let there = aws_sdk_cloudfront::types::CachePolicyConfig::builder().name("shops").min_ttl(0);
    let wanted = written::cache_policy(there.build().unwrap(), &config).unwrap();
    let mut read = policy::cache(&wanted);
    assert_eq!(read.as_object_mut().unwrap().remove("Name"), Some("shops".into()));
    assert_eq!(read, config);
}
