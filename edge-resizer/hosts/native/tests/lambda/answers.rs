//! Requests to the function URL, and what becomes of their answers.

use std::ops::ControlFlow;
use std::sync::Arc;

use edge_resizer::{EdgePath, Fetched, Policy, Request, Source, Step, accept_variant};

use crate::cloud::VARIANTS;
use crate::gate::Gate;
use crate::instance::{Deployment, Instance};
use crate::pictures::{PHOTO, noise};
use crate::runtime_api::{Reply, RuntimeApi};
use crate::stage::{Stage, cloud, request, streamed};

const PATH: &str = "/_variants/shop/photos/cup.jpg/width=40,format=auto-webp";

#[tokio::test]
async fn a_miss_makes_the_variant_and_stores_it() {
    let Some(stage) = Stage::set().await else { return };
    let etag = stage.cloud.upload("shop/photos/cup.jpg", PHOTO).await;
    let answer = stage.get(PATH).await;
    assert_eq!(answer.status, 200);
    for (name, want) in [
        ("content-type", "image/webp"),
        ("cache-control", "public, max-age=86400"),
        ("vary", "Accept"),
        ("x-amz-meta-cache-tag", "brand:shop,source:/photos/cup.jpg"),
        ("content-disposition", "inline; filename=\"cup.webp\""),
    ] {
        assert_eq!(answer.header(name), want, "{name}");
    }
    assert!(answer.header("server-timing").starts_with("cache;desc=miss, fetch;dur="));

    let (object, body) = stage.cloud.variant(&PATH[1..]).await.unwrap();
    assert_eq!(body, answer.body);
    assert_eq!(object.content_type(), Some("image/webp"));
    assert_eq!(object.cache_control(), Some("public, max-age=86400"));
    assert_eq!(object.content_disposition(), Some("inline; filename=\"cup.webp\""));
    let metadata = object.metadata().unwrap();
    assert_eq!(metadata["recipe"], "width=40,format=auto-webp");
    assert_eq!(metadata["cache-tag"], "brand:shop,source:/photos/cup.jpg");
    assert_eq!(metadata["source-etag"], etag);
    stage.instance.log.has(r#""stored":"yes""#).await;
    assert_eq!(answer.body, made_by_the_core(), "every host makes the same bytes");
}

/// The variant under [`PATH`], made in this process.
fn made_by_the_core() -> Vec<u8> {
    let EdgePath::Variant { key, .. } = EdgePath::parse(PATH).unwrap() else { panic!("{PATH}") };
    let step = accept_variant(key, &Request::get(PATH), &Policy::default());
    let Step::Fetch(job) = step else { panic!("{step:?}") };
    let source = Source { bytes: PHOTO.into(), ..Source::default() };
    let fetched = Fetched::Found { index: 0, source };
    job.finish(fetched, &mut |_| ControlFlow::Continue(())).body.to_vec()
}

#[tokio::test]
async fn names_with_every_character_are_found_where_cloudfront_looks() {
    let Some(stage) = Stage::set().await else { return };
    stage.cloud.upload("shop/grün 1+1 (%).jpg", PHOTO).await;
    let path = "/_variants/shop/gr%25C3%25BCn%25201+1%2520(%2525).jpg%3Fv=2/width=40";
    assert_eq!(stage.get(path).await.status, 200);
    // CloudFront passes the path on, S3 decodes it once.
    let name = "_variants/shop/gr%C3%BCn%201+1%20(%25).jpg?v=2/width=40";
    assert_eq!(stage.cloud.variants().await, [name]);
}

/// Three instances, as Lambda starts them for three requests at once.
#[tokio::test]
async fn instances_that_make_the_same_at_once_store_the_same() {
    let Some(cloud) = cloud().await else { return };
    cloud.upload("shop/photos/cup.jpg", PHOTO).await;
    let api = RuntimeApi::start().await;
    let deployment = Deployment::default();
    let _instances: Vec<_> = (0..3).map(|_| Instance::start(&api, &cloud, &deployment)).collect();
    let get = || async { streamed(api.invoke(request("GET", PATH, &[])).await).whole().await };
    let (a, b, c) = tokio::join!(get(), get(), get());
    let (_, stored) = cloud.variant(&PATH[1..]).await.unwrap();
    for answer in [a, b, c] {
        assert_eq!((answer.status, &answer.body), (200, &stored));
    }
}

/// Lambda buffers 6 MB of an answer, and streams more.
#[tokio::test]
async fn an_answer_of_more_than_six_megabytes_is_streamed() {
    let Some(stage) = Stage::set().await else { return };
    stage.cloud.upload("shop/noise.png", &noise(2000, 1500)).await;
    let path = "/_variants/shop/noise.png/width=1990,format=png";
    let answer = stage.get(path).await;
    assert_eq!((answer.status, answer.header("content-type")), (200, "image/png"));
    assert!(answer.body.len() > 6 * 1024 * 1024, "{}", answer.body.len());
    assert_eq!(answer.header("content-length"), answer.body.len().to_string());
    let (_, stored) = stage.cloud.variant(&path[1..]).await.unwrap();
    assert!(stored == answer.body, "what is stored differs");
}

#[tokio::test]
async fn the_whole_answer_is_there_before_it_is_stored_and_ends_after() {
    let Some(cloud) = cloud().await else { return };
    cloud.upload("shop/photos/cup.jpg", PHOTO).await;
    let gate = Gate::before(&cloud.endpoint).await;
    let deployment = Deployment::default().with("VARIANTS_ENDPOINT", &gate.endpoint);
    let stage = Stage::on(cloud, &deployment).await;
    let mut answer = stage.begin(PATH).await;
    let length: usize = answer.header("content-length").parse().unwrap();
    answer.read_to(length).await;
    gate.arrived().await;
    assert_eq!(stage.cloud.variants().await, [""; 0]);
    assert!(!answer.has_ended(), "Lambda would freeze the process with the upload under way");
    gate.open();
    let answer = answer.whole().await;
    assert_eq!(answer.body.len(), length);
    assert_eq!(stage.cloud.variants().await, [&PATH[1..]]);
}

#[tokio::test]
async fn a_bucket_that_takes_nothing_fails_no_answer() {
    let Some(cloud) = cloud().await else { return };
    cloud.upload("shop/photos/cup.jpg", PHOTO).await;
    let stage = Stage::on(cloud, &Deployment::default().with("VARIANTS_BUCKET", "not-there")).await;
    let answer = stage.get(PATH).await;
    assert_eq!((answer.status, answer.header("content-type")), (200, "image/webp"));
    stage.instance.log.has("storing a variant: ").await;
    stage.instance.log.has("NoSuchBucket").await;
}

#[tokio::test]
async fn head_has_the_headers_and_no_body() {
    let Some(stage) = Stage::set().await else { return };
    stage.cloud.upload("shop/photos/cup.jpg", PHOTO).await;
    let head = streamed(stage.api.invoke(request("HEAD", PATH, &[])).await).whole().await;
    assert_eq!((head.status, head.body.len()), (200, 0));
    let (_, stored) = stage.cloud.variant(&PATH[1..]).await.unwrap();
    assert_eq!(head.header("content-length"), stored.len().to_string());
    assert_eq!(head.header("content-type"), "image/webp");
}

#[tokio::test]
async fn who_has_the_answer_is_told_so() {
    let Some(stage) = Stage::set().await else { return };
    stage.cloud.upload("shop/photos/cup.jpg", PHOTO).await;
    let first = stage.get(PATH).await;
    let known = [("if-none-match", first.header("etag"))];
    let again = streamed(stage.api.invoke(request("GET", PATH, &known)).await).whole().await;
    assert_eq!((again.status, again.body.len()), (304, 0));
    assert_eq!(stage.cloud.variant(&PATH[1..]).await.unwrap().1, first.body);
}

#[tokio::test]
async fn what_is_no_variant_is_answered_and_not_stored() {
    let Some(stage) = Stage::set().await else { return };
    stage.cloud.upload("shop/cup.jpg", PHOTO).await;
    stage.cloud.upload("shop/garbage.jpg", b"garbage").await;
    stage.cloud.upload("shop/short.jpg", &PHOTO[..PHOTO.len() * 9 / 10]).await;
    stage.cloud.upload("shop/drawing.svg", b"<svg xmlns='http://www.w3.org/2000/svg'/>").await;
    let long = format!("{}.jpg", "a".repeat(1000));
    stage.cloud.upload(&format!("shop/{long}"), PHOTO).await;
    let long = format!("/_variants/shop/{long}/width=40");
    for (method, path, status, why) in [
        ("GET", "/_variants/shop/missing.jpg/width=40", 404, "not a variant"),
        ("GET", "/_variants/shop/garbage.jpg/width=40", 415, "not as asked"),
        ("GET", "/_variants/shop/short.jpg/width=40", 200, "short-lived"),
        ("GET", "/_variants/shop/drawing.svg/width=40", 200, "a header would be lost"),
        ("GET", &long, 200, "the name is too long"),
        ("GET", "/_variants/shop/cup.jpg", 400, "not a variant"),
        ("POST", "/_variants/shop/cup.jpg/width=40", 405, "not a variant"),
        ("GET", "/_variants/elsewhere/cup.jpg/width=40", 404, ""),
        ("GET", "/cdn-cgi/image/width=40/cup.jpg", 404, ""),
        ("GET", "/", 404, ""),
    ] {
        let reply = stage.api.invoke(request(method, path, &[])).await;
        let answer = streamed(reply).whole().await;
        assert_eq!(answer.status, status, "{path}");
        if !why.is_empty() {
            stage.instance.log.has(&format!(r#""stored":"no: {why}""#)).await;
        }
    }
    assert_eq!(stage.cloud.variants().await, [""; 0]);
}

/// The viewer function has verified the signature that the site asks for.
#[tokio::test]
async fn requests_are_understood_behind_the_viewer_function() {
    let Some(stage) = Stage::set().await else { return };
    stage.cloud.upload("shop/photos/cup.jpg", PHOTO).await;
    let path = "/_requests/shop/cdn-cgi/image/width=40,format=auto/photos/cup.jpg";
    let event = request("GET", path, &[("accept", "image/webp,*/*")]);
    let answer = streamed(stage.api.invoke(event).await).whole().await;
    assert_eq!((answer.status, answer.header("content-type")), (200, "image/webp"));
    assert_eq!(stage.cloud.variant(&PATH[1..]).await.unwrap().1, answer.body);

    let page = stage.get("/_requests/shop/photos/cup.jpg").await;
    assert_eq!((page.status, page.body.len()), (200, PHOTO.len()), "an original as it is");
    assert_eq!(stage.cloud.variants().await, [&PATH[1..]]);
}

/// The first name is the more likely one, but only the second exists.
#[tokio::test]
async fn a_variant_is_stored_under_the_original_that_was_found() {
    let Some(stage) = Stage::set().await else { return };
    stage.cloud.upload("shop/cup_40x40.jpg", PHOTO).await;
    let path = "/_variants/shop/cup.jpg/width=40,height=40?or=cup_40x40.jpg/original";
    assert_eq!(stage.get(path).await.status, 200);
    assert_eq!(stage.cloud.variants().await, ["_variants/shop/cup_40x40.jpg/original"]);
}

#[tokio::test]
async fn the_log_is_json_without_secrets_and_addresses() {
    let Some(stage) = Stage::set().await else { return };
    stage.cloud.upload("shop/photos/cup.jpg", PHOTO).await;
    let path = "/_requests/shop/cdn-cgi/image/width=40/photos/cup.jpg?sig=c2VjcmV0LTE&exp=99";
    stage.get(path).await;
    stage.get("/_variants/shop/photos/cup.jpg%3Ftoken=c2VjcmV0LTI/width=40").await;
    let headers = [("authorization", "AWS4-HMAC-SHA256 Signature=c2VjcmV0LTM")];
    let reply = stage.api.invoke(request("GET", PATH, &headers)).await;
    let picture = streamed(reply).whole().await;
    let unknown = serde_json::json!({ "token": "c2VjcmV0LTQ" });
    let reply = stage.api.invoke(unknown).await;
    assert!(matches!(reply, Reply::Failed(_)), "{reply:?}");
    stage.instance.log.has("it has the fields token").await;

    let log = stage.instance.log.text();
    for secret in ["c2VjcmV0", "a secret of the shop", "203.0.113"] {
        assert!(!log.contains(secret), "{secret} is in\n{log}");
    }
    let lines: Vec<serde_json::Value> =
        log.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let answered: Vec<_> = lines.iter().filter(|line| line["message"] == "Answered").collect();
    assert_eq!(answered.len(), 3);
    assert_eq!(answered[0]["url"], "/_requests/shop/cdn-cgi/image/width=40/photos/cup.jpg?sig&exp");
    assert_eq!((&answered[2]["site"], &answered[2]["status"]), (&"shop".into(), &200.into()));
    assert_eq!(answered[2]["request_id"], "request-3");
    let made = answered[2];
    assert_eq!(
        (&made["original_bytes"], &made["original_format"], &made["bytes"]),
        (&PHOTO.len().into(), &"jpeg".into(), &picture.body.len().into())
    );
    assert_eq!(made["recipe"], *picture.headers["x-resizer-recipe"]);
    assert_eq!(
        format!("image/{}", made["format"].as_str().unwrap()),
        picture.headers["content-type"]
    );
}

#[tokio::test]
async fn lambda_can_end_an_instance_in_good_order() {
    let Some(Stage { api, instance, cloud: _cloud }) = Stage::set().await else { return };
    streamed(api.invoke(request("GET", "/", &[])).await).whole().await;
    assert_eq!(api.extensions(), 1, "without an extension Lambda sends no signal");
    let log = Arc::clone(&instance.log);
    assert!(instance.terminate().await.success());
    log.has("Shutting down").await;
}

#[tokio::test]
async fn settings_that_cannot_be_used_are_told_at_the_start() {
    let Some(cloud) = cloud().await else { return };
    for (name, value, want) in [
        ("VARIANTS_BUCKET", "", "VARIANTS_BUCKET is missing"),
        ("FLEET_FILE", "/nowhere/fleet.toml", "reading the fleet: "),
    ] {
        let api = RuntimeApi::start().await;
        let deployment = Deployment::default().with(name, value);
        let instance = Instance::start(&api, &cloud, &deployment);
        let log = Arc::clone(&instance.log);
        assert_eq!(instance.end().await.code(), Some(2), "{name}");
        log.has(want).await;
    }
}

/// Made a second time after a deletion, a variant has the same bytes.
#[tokio::test]
async fn a_variant_that_was_deleted_comes_back() {
    let Some(stage) = Stage::set().await else { return };
    stage.cloud.upload("shop/photos/cup.jpg", PHOTO).await;
    let first = stage.get(PATH).await;
    stage.cloud.s3.delete_object().bucket(VARIANTS).key(&PATH[1..]).send().await.unwrap();
    assert!(stage.cloud.variant(&PATH[1..]).await.is_none());
    assert_eq!(stage.get(PATH).await.body, first.body);
    assert_eq!(stage.cloud.variant(&PATH[1..]).await.unwrap().1, first.body);
}
