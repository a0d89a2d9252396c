//! A distribution that somebody made by hand, read over the wire, and what is rendered of it.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use crate::cloud::Cloud;
use crate::operator::Operator;

/// A distribution as the API takes it; `{cache}` is the id of its cache policy.
const DISTRIBUTION: &str = include_str!("import/distribution.xml");
const CACHE_POLICY: &str = include_str!("import/cache-policy.xml");

/// Asks CloudFront's API to make something; its id.
async fn create(cloud: &Cloud, path: &str, body: String) -> String {
    let _ = rustls::crypto::ring::default_provider().install_default();
    let client = reqwest::Client::builder().build().expect("a client without TLS");
    let url = format!("{}/2020-05-31/{path}", cloud.endpoint);
    let authorization = "AWS4-HMAC-SHA256 Credential=test/20260101/us-east-1/cloudfront/aws4_request, \
                         SignedHeaders=host, Signature=00";
    let answer = client.post(url).header("authorization", authorization).body(body);
    let answer = answer.send().await.expect("an answer");
    let status = answer.status();
    let text = answer.text().await.expect("a text");
    assert!(status.is_success(), "{status}: {text}");
    let id = text.split_once("<Id>").and_then(|(_, rest)| rest.split_once("</Id>"));
    id.expect("an id").0.to_owned()
}

#[tokio::test]
async fn a_distribution_becomes_a_site_that_renders_it() {
    let Some(cloud) = Cloud::start().await else { return };
    let cache = create(&cloud, "cache-policy", CACHE_POLICY.to_owned()).await;
    let distribution =
        create(&cloud, "distribution", DISTRIBUTION.replace("{cache}", &cache)).await;
    let operator = Operator::new(&cloud.endpoint, "");
    let import = ["init", "imported.toml", "--from-distribution", &distribution];
    let told = operator.run(&import).await.ended(0);
    assert_eq!(
        told.stderr,
        "vega: not imported\n  - Comment = \"by hand\": it will be the site's name\nwrote \
         imported.toml: 1 site, 1 thing not imported, each a comment at its place; go on with: \
         cdn-cli fleet lint\n"
    );
    operator.run(&["fleet", "validate", "--fleet", "imported.toml"]).await.ended(0);

    operator.run(&["render", "--fleet", "imported.toml", "-o", "templates"]).await.ended(0);
    let config = template(&operator, "DistributionConfig");
    let want = json!({
        "Enabled": true,
        "HttpVersion": "http2and3",
        "IPV6Enabled": true,
        "PriceClass": "PriceClass_200",
        "DefaultRootObject": null,
    });
    for (key, want) in want.as_object().expect("it is one") {
        assert_eq!(config[key.as_str()], *want, "{key}");
    }
    let origins = by(&config["Origins"], "Id");
    let origin = &origins["default"];
    assert_eq!(origin["DomainName"], "alb.vega.example");
    assert_eq!(origin["OriginPath"], "/live");
    assert_eq!(
        (&origin["ConnectionAttempts"], &origin["ConnectionTimeout"]),
        (&json!(3), &json!(7))
    );
    let custom = &origin["CustomOriginConfig"];
    assert_eq!(custom["OriginProtocolPolicy"], "https-only");
    assert_eq!(custom["HTTPSPort"], 8443);
    assert_eq!(
        (&custom["OriginReadTimeout"], &custom["OriginKeepaliveTimeout"]),
        (&json!(45), &json!(6))
    );
    assert_eq!(origin["OriginCustomHeaders"][0]["HeaderName"], "X-Shop");
    assert_eq!(origin["OriginShield"]["OriginShieldRegion"], "eu-west-1");
    let bucket = &origins["pictures"];
    assert_eq!(bucket["DomainName"], "vega-pictures.s3.eu-west-1.amazonaws.com");

    let behavior = &config["DefaultCacheBehavior"];
    assert_eq!(behavior["ViewerProtocolPolicy"], "redirect-to-https");
    assert_eq!(behavior["Compress"], true);
    assert_eq!(behavior["AllowedMethods"], json!(["GET", "HEAD"]));
    let behaviors = config["CacheBehaviors"].as_array().expect("behaviors");
    let patterns: Vec<_> = behaviors.iter().map(|it| &it["PathPattern"]).collect();
    assert_eq!(patterns, ["/cart/*", "/pictures/*"]);
    assert_eq!(behaviors[0]["CachePolicyId"], "4135ea2d-6df8-44a3-9df3-4b5a84be39ad");
    assert_eq!(behaviors[0]["OriginRequestPolicyId"], "216adef6-5c7f-47e4-b989-5492eafa07d3");
    assert_eq!(behaviors[1]["TargetOriginId"], "pictures");
    assert_eq!(behaviors[1]["CachePolicyId"], "658327ea-f89d-4fab-a63d-7e88639e58f6");
    let errors = by(&config["CustomErrorResponses"], "ErrorCode");
    assert_eq!(errors["404"]["ResponsePagePath"], "/404.html");
    assert_eq!(errors["404"]["ErrorCachingMinTTL"], 60);
    let geo = &config["Restrictions"]["GeoRestriction"];
    assert_eq!((&geo["RestrictionType"], &geo["Locations"]), (&json!("blacklist"), &json!(["KP"])));

    let policy = template(&operator, "CachePolicyConfig");
    assert_eq!(policy["DefaultTTL"], 60);
    assert_eq!(policy["MaxTTL"], 3600);
    let key = &policy["ParametersInCacheKeyAndForwardedToOrigin"];
    assert_eq!(key["QueryStringsConfig"]["QueryStringBehavior"], "allExcept");
    assert_eq!(key["QueryStringsConfig"]["QueryStrings"], json!(["gclid"]));
    assert_eq!(key["HeadersConfig"]["Headers"], json!(["Accept-Language"]));
}

/// What is under that key in the templates of the imported fleet.
fn template(operator: &Operator, key: &str) -> Value {
    let fleet = fleet::Fleet::read(&operator.path("imported.toml")).expect("a fleet");
    let rendered = cloudformation::render(&fleet, &cloudformation::Assignment::default());
    let stacks = rendered.expect("templates").stacks;
    let found = stacks.iter().find_map(|stack| find(&stack.template.to_json(), key));
    found.expect("it is in a template")
}

fn find(tree: &Value, key: &str) -> Option<Value> {
    let table = tree.as_object()?;
    table.get(key).cloned().or_else(|| table.values().find_map(|value| find(value, key)))
}

/// A list of tables by one of their keys.
fn by(list: &Value, key: &str) -> BTreeMap<String, Value> {
    let name = |value: &Value| match value {
        Value::String(text) => text.clone(),
        other => other.to_string(),
    };
    let items = list.as_array().into_iter().flatten();
    items.map(|item| (name(&item[key]), item.clone())).collect()
}
