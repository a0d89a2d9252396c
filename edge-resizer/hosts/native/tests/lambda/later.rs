//! WebP first, AVIF later.

use serde_json::json;

use crate::instance::{Deployment, Instance};
use crate::pictures::PHOTO;
use crate::stage::{Stage, cloud, messages};

const PATH: &str = "/_variants/shop/photos/cup.jpg/width=40,format=auto-avif-webp";

/// A stage with a queue, and the queue's URL.
async fn with_queue() -> Option<(Stage, String)> {
    let cloud = cloud().await?;
    cloud.upload("shop/photos/cup.jpg", PHOTO).await;
    let queue = cloud.queue().await;
    let deployment = Deployment::default().with("AVIF_QUEUE_URL", &queue);
    Some((Stage::on(cloud, &deployment).await, queue))
}

#[tokio::test]
async fn webp_is_delivered_until_the_avif_is_there() {
    let Some((stage, queue)) = with_queue().await else { return };
    let answer = stage.get(PATH).await;
    assert_eq!((answer.status, answer.header("content-type")), (200, "image/webp"));
    assert_eq!(answer.header("cache-control"), "public, max-age=60, stale-while-revalidate=86400");
    assert_eq!(answer.header("vary"), "Accept");
    assert_eq!(stage.cloud.variants().await, [""; 0], "it is not what belongs under the name");

    let orders = stage.cloud.messages(&queue).await;
    assert_eq!(orders, [json!({ "path": PATH }).to_string()]);
    let done = stage.invoke(messages(&[&orders[0]])).await;
    assert_eq!(done, json!({ "batchItemFailures": [] }));
    let (object, _) = stage.cloud.variant(&PATH[1..]).await.unwrap();
    assert_eq!(object.content_type(), Some("image/avif"));
    assert_eq!(object.cache_control(), Some("public, max-age=86400"));

    // Once more, as SQS may hand a message out: the variant is there already.
    let again = stage.invoke(messages(&[&orders[0]])).await;
    assert_eq!(again, json!({ "batchItemFailures": [] }));
    assert_eq!(stage.instance.log.text().matches("Made later").count(), 1);
}

#[tokio::test]
async fn many_requests_on_many_instances_order_once() {
    let Some((stage, queue)) = with_queue().await else { return };
    let deployment = Deployment::default().with("AVIF_QUEUE_URL", &queue);
    let _others: Vec<_> =
        (0..2).map(|_| Instance::start(&stage.api, &stage.cloud, &deployment)).collect();
    let gets: Vec<_> = (0..12).map(|_| stage.get(PATH)).collect();
    for answer in futures_util::future::join_all(gets).await {
        assert_eq!(answer.header("content-type"), "image/webp");
    }
    assert_eq!(stage.cloud.messages(&queue).await.len(), 1);
}

/// A minute later the original is another one, and so is the AVIF that belongs to it.
#[tokio::test]
async fn another_version_of_an_original_is_another_order() {
    let Some((stage, queue)) = with_queue().await else { return };
    stage.get(PATH).await;
    let other = [PHOTO, b"\0"].concat();
    stage.cloud.upload("shop/photos/cup.jpg", &other).await;
    stage.get(PATH).await;
    let groups = [stage.cloud.messages(&queue).await, stage.cloud.messages(&queue).await];
    assert_eq!(groups.concat().len(), 2);
}

#[tokio::test]
async fn only_what_has_a_choice_waits() {
    let Some((stage, queue)) = with_queue().await else { return };
    for (path, media_type) in [
        ("/_variants/shop/photos/cup.jpg/width=40,format=avif", "image/avif"),
        ("/_variants/shop/photos/cup.jpg/width=40,format=auto-webp", "image/webp"),
        (
            "/_variants/shop/photos/missing.jpg/width=40,format=auto-avif-webp",
            "text/plain; charset=utf-8",
        ),
    ] {
        assert_eq!(stage.get(path).await.header("content-type"), media_type, "{path}");
    }
    assert_eq!(stage.cloud.messages(&queue).await, [""; 0]);
}

#[tokio::test]
async fn without_a_queue_avif_is_made_at_once() {
    let Some(stage) = Stage::set().await else { return };
    stage.cloud.upload("shop/photos/cup.jpg", PHOTO).await;
    let answer = stage.get(PATH).await;
    assert_eq!(answer.header("content-type"), "image/avif");
    assert_eq!(stage.cloud.variant(&PATH[1..]).await.unwrap().1, answer.body);
}

#[tokio::test]
async fn orders_that_fail_are_handed_out_again_alone() {
    let Some((stage, _)) = with_queue().await else { return };
    let order = |path: &str| json!({ "path": path }).to_string();
    let good = order(PATH);
    let gone = order("/_variants/shop/photos/gone.jpg/width=40,format=auto-avif-webp");
    let no_variant = order("/_requests/shop/photos/cup.jpg");
    let elsewhere = order("/_variants/elsewhere/photos/cup.jpg/width=40");
    let bodies = ["no JSON", &good, &gone, &no_variant, &elsewhere];
    let answer = stage.invoke(messages(&bodies)).await;
    let failed = |id: &str| json!({ "itemIdentifier": id });
    assert_eq!(
        answer,
        json!({ "batchItemFailures": [failed("m-0"), failed("m-3"), failed("m-4")] }),
        "of an original that is gone nothing can be made"
    );
    assert_eq!(stage.cloud.variants().await, [&PATH[1..]]);
}
