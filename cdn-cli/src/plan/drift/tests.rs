use proptest::prelude::*;
use serde_json::json;

use super::*;

fn stack(name: &str, template: Value) -> Deployed {
    Deployed {
        name: name.to_owned(),
        region: REGION.to_owned(),
        status: "CREATE_COMPLETE".to_owned(),
        template,
        parameters: BTreeMap::from([("CertificateArn".to_owned(), "arn:c".to_owned())]),
        tags: BTreeMap::from([(SITE_TAG.to_owned(), "aurora".to_owned())]),
        outputs: BTreeMap::new(),
    }
}

/// What was applied, overlaid with what is live.
fn seen(applied: &Value, live: &Value) -> Value {
    let stack = stack("shops-site-aurora", json!({}));
    let exports = BTreeMap::from([("shops-cache-1-a:id".to_owned(), "c-1".to_owned())]);
    let ids = BTreeMap::from([("Certificate".to_owned(), "arn:own".to_owned())]);
    let references =
        References { stack: &stack, ids: &ids, exports: &exports, account: "111122223333" };
    overlay("DistributionConfig", applied, live, &references)
}

#[test]
fn what_aws_fills_in_is_no_difference() {
    let applied = json!({
        "Enabled": true,
        "Origins": [{
            "Id": "default",
            "DomainName": { "Fn::Sub": "variants-${AWS::AccountId}.s3.amazonaws.com" },
            "CustomOriginConfig": { "OriginProtocolPolicy": "https-only", "OriginReadTimeout": 30 },
        }],
        "DefaultCacheBehavior": {
            "TargetOriginId": "default",
            "CachePolicyId": { "Fn::ImportValue": "shops-cache-1-a:id" },
            "AllowedMethods": ["GET", "HEAD", "OPTIONS"],
        },
        "ViewerCertificate": { "AcmCertificateArn": { "Ref": "CertificateArn" } },
        "CustomErrorResponses": [{ "ErrorCode": 404, "ResponseCode": 404 }],
    });
    // The form that CloudFront documents for `GetDistributionConfig`, read into a template's words.
    let live = json!({
        "Enabled": true,
        "Comment": "",
        "Aliases": [],
        "ConnectionMode": "direct",
        "DefaultRootObject": "",
        "Origins": [{
            "Id": "default",
            "DomainName": "variants-111122223333.s3.amazonaws.com",
            "OriginPath": "",
            "ConnectionAttempts": 3,
            "ConnectionTimeout": 10,
            "OriginAccessControlId": "",
            "OriginCustomHeaders": [],
            "OriginShield": { "Enabled": false },
            "CustomOriginConfig": {
                "HTTPPort": 80,
                "HTTPSPort": 443,
                "IpAddressType": "ipv4",
                "OriginKeepaliveTimeout": 5,
                "OriginProtocolPolicy": "https-only",
                "OriginReadTimeout": 30,
            },
        }],
        "OriginGroups": { "Quantity": 0, "Items": [] },
        "CacheBehaviors": [],
        "DefaultCacheBehavior": {
            "TargetOriginId": "default",
            "CachePolicyId": "c-1",
            "AllowedMethods": ["HEAD", "OPTIONS", "GET"],
            "CachedMethods": ["HEAD", "GET"],
            "Compress": false,
            "FieldLevelEncryptionId": "",
            "FunctionAssociations": [],
            "GrpcConfig": { "Enabled": false },
            "LambdaFunctionAssociations": [],
            "SmoothStreaming": false,
            "TrustedKeyGroups": [],
            "TrustedSigners": [],
        },
        "ViewerCertificate": {
            "AcmCertificateArn": "arn:c",
            "CloudFrontDefaultCertificate": false,
            "MinimumProtocolVersion": "TLSv1",
        },
        "CustomErrorResponses": [{
            "ErrorCode": 404,
            "ErrorCachingMinTTL": 10,
            "ResponseCode": 404,
            "ResponsePagePath": "",
        }],
        "HttpVersion": "http2",
        "IPV6Enabled": false,
        "Logging": { "Enabled": false, "Bucket": "", "IncludeCookies": false, "Prefix": "" },
        "PriceClass": "PriceClass_All",
        "Restrictions": { "GeoRestriction": { "RestrictionType": "none", "Locations": [] } },
        "Staging": false,
        "WebACLId": "",
        "ContinuousDeploymentPolicyId": "",
    });
    assert_eq!(seen(&applied, &live), applied);
}

#[test]
fn what_somebody_changed_is_seen() {
    for (applied, live, want) in [
        (json!({ "A": 1 }), json!({ "A": 2 }), json!({ "A": 2 })),
        // AWS writes some numbers as texts.
        (json!({ "A": 404 }), json!({ "A": "404" }), json!({ "A": 404 })),
        (json!({ "A": 1 }), json!({}), json!({})),
        (json!({}), json!({ "A": true, "B": false }), json!({ "A": true })),
        // A set has no order; what is new comes last.
        (
            json!({ "Aliases": ["a", "b"] }),
            json!({ "Aliases": ["B", "c", "a"] }),
            json!({ "Aliases": ["a", "b", "c"] }),
        ),
        // Behaviors count in their order, origins do not.
        (
            json!({ "CacheBehaviors": [{ "PathPattern": "/a" }, { "PathPattern": "/b" }] }),
            json!({ "CacheBehaviors": [{ "PathPattern": "/b" }, { "PathPattern": "/a" }] }),
            json!({ "CacheBehaviors": [{ "PathPattern": "/b" }, { "PathPattern": "/a" }] }),
        ),
        (
            json!({ "Origins": [{ "Id": "a" }, { "Id": "b" }] }),
            json!({ "Origins": [{ "Id": "c" }, { "Id": "b" }] }),
            json!({ "Origins": [{ "Id": "b" }, { "Id": "c" }] }),
        ),
        // A reference stays one where it leads there, and becomes one where it can.
        (
            json!({ "A": { "Ref": "Certificate" } }),
            json!({ "A": "arn:own" }),
            json!({ "A": { "Ref": "Certificate" } }),
        ),
        (
            json!({ "A": { "Ref": "Certificate" } }),
            json!({ "A": "arn:else" }),
            json!({ "A": "arn:else" }),
        ),
        (
            json!({ "A": "c-0" }),
            json!({ "A": "c-1" }),
            json!({ "A": { "Fn::ImportValue": "shops-cache-1-a:id" } }),
        ),
        // What a rule does is said by a key with nothing in it.
        (
            json!({ "Action": { "Block": {} } }),
            json!({ "Action": { "Count": {} } }),
            json!({ "Action": { "Count": {} } }),
        ),
        // An address has many spellings, and a number too.
        (
            json!({ "Addresses": ["2001:db8::/32"], "Threshold": 1 }),
            json!({ "Addresses": ["2001:0db8:0000::/32"], "Threshold": 1.0 }),
            json!({ "Addresses": ["2001:db8::/32"], "Threshold": 1 }),
        ),
        // Statements in another are compared one by one.
        (
            json!({ "Statements": [{ "A": { "Arn": { "Fn::GetAtt": "X.Arn" } } }, { "B": 1 }] }),
            json!({ "Statements": [{ "A": { "Arn": "arn:x" } }, { "B": 2 }] }),
            json!({ "Statements": [{ "A": { "Arn": { "Fn::GetAtt": "X.Arn" } } }, { "B": 2 }] }),
        ),
        // Whether an alarm tells anybody is on where nobody says it.
        (json!({ "X": 1 }), json!({ "X": 1, "ActionsEnabled": true }), json!({ "X": 1 })),
        (
            json!({ "X": 1 }),
            json!({ "X": 1, "ActionsEnabled": false }),
            json!({ "X": 1, "ActionsEnabled": false }),
        ),
        // What cannot be known cannot be compared.
        (
            json!({ "A": { "Fn::GetAtt": "X.Y" } }),
            json!({ "A": "z" }),
            json!({ "A": { "Fn::GetAtt": "X.Y" } }),
        ),
    ] {
        assert_eq!(seen(&applied, &live), want, "{applied} {live}");
    }
}

#[test]
fn a_secret_is_not_told() {
    let origin = |secret: &str| {
        json!({ "Resources": { "D": { "Type": "AWS::CloudFront::Distribution", "Properties": {
            "DistributionConfig": { "Origins": [{ "Id": "default", "OriginCustomHeaders": [
                { "HeaderName": "x-key", "HeaderValue": secret },
            ] }] },
        } } } })
    };
    let deployed = stack("s", origin("hidden"));
    let resources = origin("changed")["Resources"]["D"]["Properties"].clone();
    let live = LiveStack {
        ids: BTreeMap::new(),
        resources: BTreeMap::from([("D".to_owned(), Some(resources))]),
        pairs: None,
    };
    let (deployed, live) =
        (BTreeMap::from([("s".to_owned(), deployed)]), BTreeMap::from([("s".to_owned(), live)]));
    let found = drift(&deployed, &live, "1", &[]);
    let [Drift { changes, .. }] = found.as_slice() else { panic!("{found:?}") };
    let [ByHand { change, .. }] = changes.as_slice() else { panic!("{changes:?}") };
    assert_eq!((&change.before, &change.after), (&Some(MASK.into()), &Some(MASK.into())));
}

/// Any JSON without functions and nulls, small.
fn anything() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        any::<bool>().prop_map(Value::from),
        (1..4u8).prop_map(Value::from),
        "[ab]{1,2}".prop_map(Value::from),
    ];
    leaf.prop_recursive(3, 24, 4, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            prop::collection::btree_map("[ABC]", inner, 0..4).prop_map(|map| json!(map)),
        ]
    })
}

proptest! {
    #[test]
    fn what_is_live_as_it_was_applied_is_no_difference(value in anything()) {
        prop_assert_eq!(seen(&value, &value), value);
    }

    #[test]
    fn no_answer_is_too_strange(applied in anything(), live in anything()) {
        seen(&applied, &live);
    }
}
