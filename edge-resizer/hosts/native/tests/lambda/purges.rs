//! Originals that are uploaded again.

use serde_json::{Value, json};

use crate::cloud::{ORIGINALS, VARIANTS};
use crate::distribution;
use crate::gate::Gate;
use crate::instance::{Deployment, Instance};
use crate::pictures::PHOTO;
use crate::runtime_api::Reply;
use crate::stage::{Stage, cloud, messages};

fn notification(keys: &[&str]) -> Value {
    let record = |key: &&str| {
        json!({
            "eventVersion": "2.1",
            "eventSource": "aws:s3",
            "awsRegion": "us-east-1",
            "eventTime": "2026-11-22T12:00:00.000Z",
            "eventName": "ObjectCreated:Put",
            "requestParameters": { "sourceIPAddress": "203.0.113.79" },
            "s3": {
                "s3SchemaVersion": "1.0",
                "bucket": { "name": ORIGINALS, "arn": format!("arn:aws:s3:::{ORIGINALS}") },
                "object": { "key": key, "size": 1, "eTag": "e", "sequencer": "0" },
            },
        })
    };
    json!({ "Records": keys.iter().map(record).collect::<Vec<_>>() })
}

/// A stage with a distribution, its id, and these variants made.
async fn with_variants(paths: &[&str]) -> Option<(Stage, String)> {
    let cloud = cloud().await?;
    for key in ["shop/cup.jpg", "shop/cup.jpg2", "shop/grün 1.jpg"] {
        cloud.upload(key, PHOTO).await;
    }
    let distribution = cloud.distribution().await;
    let deployment = Deployment::default().with("CLOUDFRONT_DISTRIBUTIONS", &distribution);
    let stage = Stage::on(cloud, &deployment).await;
    for path in paths {
        assert_eq!(stage.get(path).await.status, 200, "{path}");
    }
    assert_eq!(stage.cloud.variants().await.len(), paths.len());
    Some((stage, distribution))
}

const CUPS: [&str; 3] = [
    "/_variants/shop/cup.jpg/width=40",
    "/_variants/shop/cup.jpg/width=80,format=webp",
    "/_variants/shop/cup.jpg%3Fv=2/width=40",
];
const OTHER: &str = "/_variants/shop/cup.jpg2/width=40";
const GREEN: &str = "/_variants/shop/gr%25C3%25BCn%25201.jpg/width=40";

#[tokio::test]
async fn exactly_the_variants_of_an_original_go() {
    let [a, b, c] = CUPS;
    let Some((stage, distribution)) = with_variants(&[a, b, c, OTHER, GREEN]).await else { return };
    let purged = stage.invoke(notification(&["shop/cup.jpg"])).await;
    assert_eq!(purged, json!({ "variants": 3, "invalidations": 1 }));
    let green = "_variants/shop/gr%C3%BCn%201.jpg/width=40";
    assert_eq!(stage.cloud.variants().await, [&OTHER[1..], green]);
    assert_eq!(stage.cloud.invalidations(&distribution).await, [["#source:/cup.jpg"]]);
}

#[tokio::test]
async fn one_event_is_one_invalidation() {
    let Some((stage, distribution)) = with_variants(&[CUPS[0], OTHER, GREEN]).await else { return };
    let keys = ["shop/gr%C3%BCn+1.jpg", "shop/cup.jpg", "shop/cup.jpg", "elsewhere/cup.jpg"];
    let purged = stage.invoke(notification(&keys)).await;
    assert_eq!(purged, json!({ "variants": 2, "invalidations": 1 }));
    assert_eq!(stage.cloud.variants().await, [&OTHER[1..]]);
    let [paths] = &stage.cloud.invalidations(&distribution).await[..] else { panic!("one") };
    let mut paths = paths.clone();
    paths.sort();
    assert_eq!(paths, ["#source:/cup.jpg", "#source:/gr%C3%BCn%201.jpg"]);
}

#[tokio::test]
async fn events_that_come_through_eventbridge_do_the_same() {
    let Some((stage, distribution)) = with_variants(&[CUPS[0], GREEN]).await else { return };
    let event = json!({
        "version": "0",
        "id": "e",
        "detail-type": "Object Deleted",
        "source": "aws.s3",
        "account": "123456789012",
        "resources": [format!("arn:aws:s3:::{ORIGINALS}")],
        "detail": {
            "version": "0",
            "bucket": { "name": ORIGINALS },
            "object": { "key": "shop/grün 1.jpg", "sequencer": "0" },
            "reason": "DeleteObject",
        },
    });
    let purged = stage.invoke(event).await;
    assert_eq!(purged, json!({ "variants": 1, "invalidations": 1 }));
    assert_eq!(stage.cloud.variants().await, [&CUPS[0][1..]]);
    let invalidated = stage.cloud.invalidations(&distribution).await;
    assert_eq!(invalidated, [["#source:/gr%C3%BCn%201.jpg"]]);
}

/// A queue gathers events, so that many uploads at once are one invalidation.
#[tokio::test]
async fn events_that_come_through_a_queue_are_one_invalidation() {
    let Some((stage, distribution)) = with_variants(&[CUPS[0], OTHER, GREEN]).await else { return };
    let events = ["shop/cup.jpg", "shop/gr%C3%BCn+1.jpg"].map(|key| notification(&[key]));
    let [cup, green] = events.map(|event| event.to_string());
    let done = stage.invoke(messages(&[&cup, "no JSON", &green])).await;
    assert_eq!(done, json!({ "batchItemFailures": [{ "itemIdentifier": "m-1" }] }));
    assert_eq!(stage.cloud.variants().await, [&OTHER[1..]]);
    assert_eq!(stage.cloud.invalidations(&distribution).await.len(), 1);
}

#[tokio::test]
async fn what_concerns_no_site_invalidates_nothing() {
    let Some((stage, distribution)) = with_variants(&[CUPS[0]]).await else { return };
    let test = json!({ "Service": "Amazon S3", "Event": "s3:TestEvent", "Bucket": ORIGINALS });
    for event in [notification(&["elsewhere/cup.jpg", "shop/../cup.jpg"]), test] {
        let purged = stage.invoke(event).await;
        assert_eq!(purged, json!({ "variants": 0, "invalidations": 0 }));
    }
    assert_eq!(stage.cloud.variants().await, [&CUPS[0][1..]]);
    assert!(stage.cloud.invalidations(&distribution).await.is_empty());
}

/// A variant of the old original that is stored after the purge would stay.
#[tokio::test]
async fn a_variant_that_was_being_made_meanwhile_goes_too() {
    let Some(cloud) = cloud().await else { return };
    cloud.upload("shop/cup.jpg", PHOTO).await;
    let gate = Gate::before(&cloud.endpoint).await;
    let deployment = Deployment::default().with("VARIANTS_ENDPOINT", &gate.endpoint);
    let stage = Stage::on(cloud, &deployment).await;
    let answer = stage.begin(CUPS[0]).await;
    gate.arrived().await;
    stage.cloud.upload("shop/cup.jpg", &[PHOTO, b"\0"].concat()).await;
    // The first instance is not done yet.
    let _other = Instance::start(&stage.api, &stage.cloud, &Deployment::default());
    let purged = stage.invoke(notification(&["shop/cup.jpg"])).await;
    assert_eq!(purged, json!({ "variants": 0, "invalidations": 0 }));
    gate.open();
    assert_eq!(answer.whole().await.status, 200);
    assert_eq!(stage.cloud.variants().await, [""; 0]);
    stage.instance.log.has("The original changed").await;
}

/// More sites than a list in the environment has room for: CloudFront knows who delivers them.
#[tokio::test]
async fn distributions_are_found_by_what_they_deliver() {
    let Some(cloud) = cloud().await else { return };
    cloud.upload("shop/cup.jpg", PHOTO).await;
    let front = &cloud.cloudfront;
    // More than AWS tells in one page, and the shop's own at the end.
    let mut others = Vec::new();
    for n in 0..110 {
        let domain = format!("{n}.example");
        others.push(distribution::create(front, VARIANTS, "another", &[&domain]).await);
    }
    others.push(distribution::create(front, ORIGINALS, "shop", &[]).await);
    let by_domain = ["www.shop.example", "Shop.example"];
    let by_domain = distribution::create(front, VARIANTS, "", &by_domain).await;
    let by_name = distribution::create(front, VARIANTS, "shop", &[]).await;
    let fleet = format!(
        r#"
        [[sites]]
        name = "late"
        domains = ["late.example"]
        [sites.origin.s3]
        bucket = "{ORIGINALS}"
        endpoint = "{}"
        "#,
        cloud.endpoint
    );
    let deployment = Deployment { fleet, ..Deployment::default() };
    let stage = Stage::on(cloud, &deployment.with("FIND_DISTRIBUTIONS", "true")).await;
    assert_eq!(stage.get(CUPS[0]).await.status, 200);

    let purged = stage.invoke(notification(&["shop/cup.jpg"])).await;
    assert_eq!(purged, json!({ "variants": 1, "invalidations": 2 }));
    for own in [&by_domain, &by_name] {
        assert_eq!(stage.cloud.invalidations(own).await, [["#source:/cup.jpg"]], "{own}");
    }
    for other in &others {
        assert!(stage.cloud.invalidations(other).await.is_empty(), "{other}");
    }
    // The other site, which reads the same bucket, has no distribution yet.
    stage.instance.log.has("No distribution of the site").await;
    assert!(stage.instance.log.text().contains("late.example"));
}

/// Lambda tries an event again whose invocation failed.
#[tokio::test]
async fn a_purge_that_fails_is_reported() {
    let Some(cloud) = cloud().await else { return };
    let deployment = Deployment::default().with("CLOUDFRONT_DISTRIBUTIONS", "E0NOTTHERE");
    let stage = Stage::on(cloud, &deployment).await;
    let reply = stage.api.invoke(notification(&["shop/cup.jpg"])).await;
    let Reply::Failed(error) = reply else { panic!("{reply:?}") };
    assert!(error["errorMessage"].as_str().unwrap().contains("NoSuchDistribution"), "{error}");

    let event = notification(&["shop/cup.jpg"]).to_string();
    let done = stage.invoke(messages(&[&event])).await;
    assert_eq!(done, json!({ "batchItemFailures": [{ "itemIdentifier": "m-0" }] }));
}

/// More than one call deletes: a call takes a thousand names.
#[tokio::test]
async fn every_page_of_variants_goes() {
    let Some((stage, _)) = with_variants(&[]).await else { return };
    let put = |n: u32| {
        let name = format!("_variants/shop/cup.jpg/width={n}");
        stage.cloud.s3.put_object().bucket(VARIANTS).key(name).send()
    };
    for n in 1..=1_100 {
        put(n).await.unwrap();
    }
    let purged = stage.invoke(notification(&["shop/cup.jpg"])).await;
    assert_eq!(purged["variants"], 1_100);
    assert_eq!(stage.cloud.variants().await, [""; 0]);
}
