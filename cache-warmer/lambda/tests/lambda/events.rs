//! What gives an order: a deploy, a purge, a sitemap; and locations of CloudFront.

use aws_sdk_cloudfront::types::{
    Aliases, CustomOriginConfig, DefaultCacheBehavior, DistributionConfig, InvalidationBatch,
    Origin, OriginProtocolPolicy, Origins, Paths, ViewerProtocolPolicy,
};
use cache_warmer::Outcome;
use serde_json::{Value, json};

use crate::cloud::Cloud;
use crate::edge::{Edges, LOCATIONS};
use crate::name_server;
use crate::stage::{AMPLE, Stage};

/// A distribution that answers for the shop: its id, and its name.
async fn distribution(cloud: &Cloud) -> (String, String) {
    let origin = CustomOriginConfig::builder()
        .http_port(80)
        .https_port(443)
        .origin_protocol_policy(OriginProtocolPolicy::HttpsOnly)
        .build()
        .unwrap();
    let origin = Origin::builder().id("o").domain_name("o.example").custom_origin_config(origin);
    let origins = Origins::builder().quantity(1).items(origin.build().unwrap()).build().unwrap();
    let behavior = DefaultCacheBehavior::builder()
        .target_origin_id("o")
        .viewer_protocol_policy(ViewerProtocolPolicy::AllowAll)
        .build()
        .unwrap();
    let aliases = Aliases::builder().quantity(1).items("shop.localhost").build().unwrap();
    let config = DistributionConfig::builder()
        .caller_reference("r")
        .comment("shop")
        .enabled(true)
        .origins(origins)
        .aliases(aliases)
        .default_cache_behavior(behavior)
        .build()
        .unwrap();
    let create = cloud.cloudfront.create_distribution().distribution_config(config);
    let made = create.send().await.unwrap().distribution.unwrap();
    (made.id, made.domain_name)
}

/// A stage whose edges are locations of a distribution; its id.
async fn with_locations(more: &str) -> Option<(Stage, String)> {
    let (cloud, edges) = (Cloud::start().await?, Edges::start().await);
    let (id, name) = distribution(&cloud).await;
    let (warm, server) = warmed_at(&edges, &name).await;
    let warm = format!("{warm}\n{more}");
    Some((Stage::on(cloud, edges, &warm, vec![("NAME_SERVER", server)]).await, id))
}

/// What a fleet says of warming at the locations of a name, and the name server that knows them.
pub(crate) async fn warmed_at(edges: &Edges, name: &str) -> (String, String) {
    let (label, rest) = name.split_once('.').unwrap();
    let names = LOCATIONS
        .map(|(location, address)| (format!("{label}.{location}.{rest}").to_lowercase(), address));
    let server = name_server::serve(names.into()).await.to_string();
    let url = |path: &str| format!("http://shop.localhost:{}{path}", edges.port);
    let urls = ["/sale/a.css", "/sale/b.woff2", "/other.css"].map(url);
    let locations = LOCATIONS.map(|(location, _)| location);
    let warm = format!(
        "urls = {urls:?}\nlocations = {locations:?}\nrate = 1000\norigin_rate = 1000\nslice = 2"
    );
    (warm, server)
}

pub(crate) fn event(id: &str, kind: &str, detail: &Value) -> Value {
    let time = "2026-11-27T00:00:00Z";
    json!({ "version": "0", "id": id, "time": time, "detail-type": kind, "detail": detail })
}

fn invalidated(id: &str, distribution: &str, invalidation: &str, item: &str) -> Value {
    let batch = json!({ "paths": { "quantity": 1, "items": [item] } });
    let detail = json!({
        "eventName": "CreateInvalidation",
        "requestParameters": { "distributionId": distribution, "invalidationBatch": batch },
        "responseElements": { "invalidation": { "id": invalidation } },
    });
    event(id, "AWS API Call via CloudTrail", &detail)
}

#[tokio::test]
async fn a_deploy_warms_the_site_and_a_purge_what_was_purged() {
    let Some((stage, distribution)) = with_locations("").await else { return };
    let stack = |name: &str| {
        let arn = format!("arn:aws:cloudformation:us-east-1:111122223333:stack/{name}/a-b");
        let detail = json!({ "stack-id": arn, "status-details": { "status": "UPDATE_COMPLETE" } });
        event("deploy-1", "CloudFormation Stack Status Change", &detail)
    };
    let told = stage.invoke(stack("shops-site-elsewhere")).await.unwrap();
    assert_eq!(told, json!({ "nothing": "it is about no site that is warmed" }));
    let told = stage.invoke(stack("shops-site-shop")).await.unwrap();
    // Two texts in two encodings each, and a font.
    assert_eq!((&told["targets"], &told["slices"]), (&json!(5), &json!(3)), "{told}");
    stage.work(AMPLE).await;
    let report = stage.report(told["run"].as_str().unwrap()).await;
    assert_eq!(report.outcomes, [(Outcome::Hit, 10)].into());
    assert_eq!(report.locations, LOCATIONS.map(|(location, _)| location));
    assert_eq!(stage.edges.variants(), 10);

    stage.edges.purge();
    let paths = Paths::builder().quantity(1).items("/sale/*").build().unwrap();
    let batch = InvalidationBatch::builder().paths(paths).caller_reference("r").build().unwrap();
    let create = stage.cloud.cloudfront.create_invalidation().distribution_id(&distribution);
    let made = create.invalidation_batch(batch).send().await.unwrap();
    let invalidation = made.invalidation.unwrap().id;
    let purged = |id, distribution, item| invalidated(id, distribution, &invalidation, item);
    let told = stage.invoke(purged("purge-1", &distribution, "/sale/*")).await.unwrap();
    assert_eq!(told["targets"], 3, "{told}");
    stage.work(AMPLE).await;
    assert_eq!(stage.edges.variants(), 6);
    let told = stage.invoke(purged("purge-2", "E-elsewhere", "/sale/*")).await.unwrap();
    assert_eq!(told, json!({ "nothing": "it is about no site that is warmed" }));

    // Of an original the tag tells: no list has it.
    let told = stage.invoke(purged("purge-3", &distribution, "#source:/photos/a.jpg")).await;
    let run = told.unwrap()["run"].as_str().unwrap().to_owned();
    let targets = stage.cloud.object(&format!("warm/{run}/slices/00000.txt")).await;
    let targets = String::from_utf8(targets).unwrap();
    assert!(targets.starts_with("plain https://shop.localhost/photos/a.jpg\n"), "{targets}");
}

#[tokio::test]
async fn what_would_cost_too_much_is_not_begun() {
    // Five targets at two locations, each asked for twice: 20 dollars.
    for (most, want) in [("19.99", None), ("20", Some(5))] {
        let Some((stage, _)) = with_locations(&format!("max_cost = {most}")).await else { return };
        let told = stage.invoke(json!({ "warm": { "id": "event-1" } })).await;
        if let Some(want) = want {
            assert_eq!(told.unwrap()["targets"], want);
            stage.work(AMPLE).await;
            assert_eq!(stage.edges.requests(), 20);
        } else {
            let error = told.unwrap_err();
            let error = error["errorMessage"].as_str().unwrap();
            let want = "5 targets at 2 locations would cost about $20.00, above `warm.max_cost`, \
                        $19.99: fewer locations";
            assert!(error.starts_with(want), "{error}");
            assert_eq!(stage.work(AMPLE).await, 0);
        }
    }
}

#[tokio::test]
async fn a_sitemap_that_is_uploaded_is_warmed() {
    let Some(stage) = Stage::set("follow = 0\nrate = 1000\norigin_rate = 1000").await else {
        return;
    };
    let loc = |url: &String| format!("<url><loc>{url}</loc></url>");
    let locs: String = stage.edges.fonts(4).iter().map(loc).collect();
    stage.cloud.put("sitemap.xml", &format!("<urlset>{locs}</urlset>")).await;
    let detail = json!({ "bucket": { "name": "reports" }, "object": { "key": "sitemap.xml" } });
    let told = stage.invoke(event("put-1", "Object Created", &detail)).await.unwrap();
    assert_eq!(told["targets"], 4, "{told}");
    stage.work(AMPLE).await;
    let report = stage.report(told["run"].as_str().unwrap()).await;
    assert_eq!(report.outcomes, [(Outcome::Hit, 4)].into());
}

#[tokio::test]
async fn an_event_that_is_none_is_an_error() {
    let Some(stage) = Stage::set("").await else { return };
    for (event, want) in [
        (json!({ "x": 1 }), "an event of no known form: it has the fields x"),
        (json!({ "report": "../x" }), "`../x` is no run"),
        (json!({ "report": "no-such" }), "there is no run no-such"),
        (
            json!({ "warm": { "sites": ["moon"], "urls": ["https://a.example/"] } }),
            "there is no site `moon` in the fleet: bundle the function again",
        ),
    ] {
        let error = stage.invoke(event.clone()).await.unwrap_err();
        assert_eq!(error["errorMessage"], want, "{event}");
    }
}
