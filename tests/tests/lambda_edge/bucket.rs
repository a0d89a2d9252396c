//! Originals and spilled variants in buckets, over the wire of an emulator.

use serde_json::{Value, json};
use tests::edge::{Edge, has_sdk, nodes};
use tests::emulator::Emulator;
use tests::fixture::{fixture, jpeg, scene};

use crate::{bundle, get};

/// `None` where there is no emulator on this machine, or no SDK for the handler.
async fn emulator() -> Option<Emulator> {
    if has_sdk() { Emulator::start(&[]).await } else { None }
}

/// A handler whose originals lie in a bucket, run as in a region.
fn handler(emulator: &Emulator, origin: &Value, changes: &Value, region: &str) -> Option<Edge> {
    let mut origin = origin.clone();
    origin["endpoint"] = json!(emulator.endpoint);
    let bundle = bundle(&json!({ "s3": origin }), changes)?;
    let environment =
        [("AWS_ACCESS_KEY_ID", "test"), ("AWS_SECRET_ACCESS_KEY", "test"), ("AWS_REGION", region)];
    Some(bundle.run(&nodes()[0], &environment).unwrap())
}

fn photo() -> Vec<u8> {
    fixture("scene.jpg").unwrap().to_vec()
}

#[tokio::test]
async fn originals_come_from_the_nearest_bucket() {
    let Some(emulator) = emulator().await else { return };
    let other = jpeg(&scene(300, 100), 80);
    emulator.bucket("home", &[("shop/a b/grün.jpg", &photo()), ("shop/new.jpg", &photo())]).await;
    emulator.bucket("copy", &[("shop/a b/grün.jpg", &other)]).await;
    let origin = json!({
        "bucket": "home", "region": "us-east-1", "prefix": "shop/",
        "replicas": { "eu-central-1": "copy" },
    });
    let path = "/_variants/shop/a%2520b/gr%25C3%25BCn.jpg/width=64,format=json";
    for (region, height) in
        [("us-east-1", 720), ("us-west-2", 720), ("eu-central-1", 100), ("eu-west-3", 100)]
    {
        let Some(mut edge) = handler(&emulator, &origin, &json!({}), region) else { return };
        let outcome = edge.send(&get(path)).unwrap();
        assert_eq!(outcome.status(), Some(200), "{region}: {}", outcome.result);
        let told: Value = serde_json::from_slice(&outcome.body()).unwrap();
        assert_eq!(told["original"]["height"], height, "{region}");
        // What the copy does not have yet, the bucket has.
        let behind = edge.send(&get("/_variants/shop/new.jpg/width=64")).unwrap();
        assert_eq!(behind.status(), Some(200), "{region}");
        let missing = edge.send(&get("/_variants/shop/missing.jpg/width=64")).unwrap();
        assert_eq!(missing.status(), Some(404), "{region}");
    }
}

#[tokio::test]
async fn what_does_not_fit_is_put_into_the_bucket_of_variants() {
    let Some(emulator) = emulator().await else { return };
    // Noise, which no quality makes small.
    let large = jpeg(&scene(1200, 900), 90);
    emulator.bucket("home", &[("large.jpg", &large)]).await;
    emulator.bucket("variants", &[]).await;
    let spill = json!({
        "bucket": "variants", "region": "us-east-1", "path": "/_spilled", "endpoint": emulator.endpoint,
    });
    let origin = json!({ "bucket": "home" });
    let changes = json!({ "spill": spill, "maxBodyBytes": 2_000 });
    let path = "/_variants/shop/large.jpg/width=1200,format=png";
    let Some(mut edge) = handler(&emulator, &origin, &changes, "us-east-1") else { return };
    let outcome = edge.send(&get(path)).unwrap();
    assert_eq!(outcome.status(), Some(302), "{}", outcome.result);
    assert_eq!(outcome.header("cache-control"), Some("public, max-age=60"));
    let location = outcome.header("location").unwrap().to_owned();
    let key = location.strip_prefix('/').unwrap();
    let object = emulator.s3.get_object().bucket("variants").key(key).send().await.unwrap();
    assert_eq!(object.content_type(), Some("image/png"));
    assert_eq!(object.metadata().unwrap()["recipe"], "width=1200,format=png");
    assert!(object.metadata().unwrap()["cache-tag"].contains("source:/large.jpg"));
    let body = object.body.collect().await.unwrap().into_bytes();
    assert!(body.starts_with(b"\x89PNG"));

    // Where that bucket is away, the shopper gets the original.
    let changes = json!({
        "spill": { "bucket": "away", "path": "/_spilled", "endpoint": "http://127.0.0.1:9" },
        "maxBodyBytes": 2_000,
    });
    let mut edge = handler(&emulator, &origin, &changes, "us-east-1").unwrap();
    assert_eq!(edge.send(&get(path)).unwrap().result["uri"], "/large.jpg");
}
