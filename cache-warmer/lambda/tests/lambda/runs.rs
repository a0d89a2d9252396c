//! Whole runs.

use cache_warmer::Outcome;
use serde_json::json;

use crate::stage::{AMPLE, Stage, records};

#[tokio::test]
async fn every_slice_is_done_once_and_the_report_is_that_of_the_command() {
    let Some(stage) = Stage::set("slice = 10\nrate = 1000\norigin_rate = 1000").await else {
        return;
    };
    let urls = stage.edges.fonts(45);
    let run = stage.order("event-1", &urls).await;
    assert!(run.starts_with("20261127T000000-"), "{run}");
    assert_eq!(stage.objects(&run, "slices/").await.len(), 5);
    assert_eq!(stage.work(AMPLE).await, 5);
    let report = stage.report(&run).await;
    assert_eq!((report.targets, report.requests, report.origin_requests), (45, 90, 45));
    assert_eq!(report.outcomes, [(Outcome::Hit, 45)].into());
    assert_eq!(report.matrix[0].fill, [(Outcome::Warmed, 45)].into());
    assert_eq!((report.bytes, report.stopped.as_deref()), (9_000, None));
    assert!(report.is_hot_enough(1.0));
    assert_eq!((stage.edges.requests(), stage.edges.variants()), (90, 45));
    let page = stage.cloud.object(&format!("warm/{run}/report.html")).await;
    assert!(String::from_utf8(page).unwrap().contains("100 %"));

    // EventBridge gives an order at least once, too.
    let order = json!({ "warm": { "id": "event-1", "time": "2026-11-27T00:00:00Z" } });
    let told = stage.invoke(order).await.unwrap();
    assert_eq!(told, json!({ "run": run, "nothing": "it is planned already" }));
    assert_eq!(stage.work(AMPLE).await, 0);
}

#[tokio::test]
async fn a_message_that_comes_again_counts_once() {
    let Some(stage) = Stage::set("slice = 10\nrate = 1000\norigin_rate = 1000").await else {
        return;
    };
    let run = stage.order("event-1", &stage.edges.fonts(10)).await;
    let body = json!({ "run": run, "slice": 0, "part": 0 }).to_string();
    stage.cloud.send(&body).await;
    // Both at once, at two instances.
    let _other = stage.another();
    let messages = stage.cloud.receive(10).await;
    assert_eq!(messages.len(), 2);
    let begun = [
        stage.api.begin(records(&messages[..1]), AMPLE).await,
        stage.api.begin(records(&messages[1..]), AMPLE).await,
    ];
    for told in begun {
        assert_eq!(told.await.unwrap().unwrap(), json!({ "batchItemFailures": [] }));
    }
    let report = stage.report(&run).await;
    assert_eq!(report.outcomes, [(Outcome::Hit, 10)].into());
    assert_eq!(report.requests, 20);
    // And once more when all is done.
    let before = stage.edges.requests();
    let told = stage.invoke(records(&messages)).await.unwrap();
    assert_eq!(told, json!({ "batchItemFailures": [] }));
    assert_eq!(stage.edges.requests(), before);
    assert_eq!(stage.report(&run).await.outcomes, [(Outcome::Hit, 10)].into());
}

#[tokio::test]
async fn a_worker_that_is_killed_half_way_counts_once() {
    let Some(mut stage) = Stage::set("slice = 40\nrate = 1000\norigin_rate = 1000").await else {
        return;
    };
    let run = stage.order("event-1", &stage.edges.fonts(40)).await;
    stage.edges.hold_after(17);
    let messages = stage.cloud.receive(1).await;
    let lost = stage.api.begin(records(&messages), AMPLE).await;
    stage.edges.has(18).await;
    let another = stage.another();
    let killed = std::mem::replace(&mut stage.instance, another);
    killed.kill().await;
    drop(lost);
    stage.edges.hold_after(u64::MAX);
    // SQS hands it out again.
    assert_eq!(stage.work(AMPLE).await, 1);
    let report = stage.report(&run).await;
    assert_eq!(report.outcomes, [(Outcome::Hit, 40)].into());
    assert_eq!((report.targets, report.requests), (40, 80));
    // What the first had fetched is a hit now: the origin has seen each once.
    let fill = &report.matrix[0].fill;
    assert!(fill.get(&Outcome::Hit).is_some_and(|hits| *hits >= 9), "{fill:?}");
    assert_eq!(stage.edges.variants(), 40);
    assert!(stage.edges.most_asked() <= 3);
}
