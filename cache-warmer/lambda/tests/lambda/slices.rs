//! Slices that take more than one worker's time, and such that nobody can do.

use std::collections::BTreeSet;
use std::time::Duration;

use cache_warmer::Outcome;
use serde_json::{Value, json};

use crate::stage::{AMPLE, Stage, records};

#[tokio::test]
async fn what_is_left_when_the_time_is_over_is_gone_on_with() {
    // Ten requests a second are what one of two workers may do.
    let warm = "workers = 2\nrate = 20\norigin_rate = 20\nslice = 100";
    let Some(stage) = Stage::set(warm).await else { return };
    let run = stage.order("event-1", &stage.edges.fonts(35)).await;
    // Six of these seconds are for the last answer, and to write down what was done.
    let handled = stage.work(Duration::from_secs(9)).await;
    // 70 requests: in three seconds there are no more than 31.
    assert!(handled >= 3, "{handled}");
    let parts = stage.objects(&run, "slices/00000-").await;
    assert_eq!(parts.len(), handled - 1, "{parts:?}");
    let report = stage.report(&run).await;
    assert_eq!(report.outcomes, [(Outcome::Hit, 35)].into());
    assert_eq!(report.matrix[0].fill, [(Outcome::Warmed, 35)].into());
    // Nothing was asked for again by whoever went on.
    assert_eq!((report.requests, stage.edges.requests()), (70, 70));

    // A message about the first part comes again: its rest is there, and so is the result.
    let body = json!({ "run": run, "slice": 0, "part": 0 }).to_string();
    stage.cloud.send(&body).await;
    assert_eq!(stage.work(AMPLE).await, 1);
    assert_eq!(stage.edges.requests(), 70);
}

#[tokio::test]
async fn a_function_without_time_says_so() {
    let Some(stage) = Stage::set("").await else { return };
    stage.order("event-1", &stage.edges.fonts(3)).await;
    let messages = stage.cloud.receive(1).await;
    let told = stage.api.invoke(records(&messages), Duration::from_secs(3)).await.unwrap();
    let failed = json!({ "itemIdentifier": messages[0].message_id() });
    assert_eq!(told, json!({ "batchItemFailures": [failed] }));
    assert_eq!(stage.edges.requests(), 0);
}

#[tokio::test]
async fn a_partial_failure_gives_back_only_what_failed() {
    let Some(stage) = Stage::set("slice = 5\nrate = 1000\norigin_rate = 1000").await else {
        return;
    };
    let run = stage.order("event-1", &stage.edges.fonts(10)).await;
    stage.cloud.send(&json!({ "run": run, "slice": 7, "part": 0 }).to_string()).await;
    let messages = stage.cloud.receive(10).await;
    assert_eq!(messages.len(), 3);
    let told = stage.invoke(records(&messages)).await.unwrap();
    let is_poisoned = |body: &str| body.contains("\"slice\":7");
    let poisoned = messages.iter().find(|it| it.body().is_some_and(is_poisoned)).unwrap();
    let failed = json!({ "itemIdentifier": poisoned.message_id() });
    assert_eq!(told, json!({ "batchItemFailures": [failed] }));
    assert_eq!(stage.report(&run).await.outcomes, [(Outcome::Hit, 10)].into());
}

#[tokio::test]
async fn what_nobody_can_do_ends_among_the_dead_letters() {
    let Some(stage) = Stage::set("slice = 5\nrate = 1000\norigin_rate = 1000").await else {
        return;
    };
    let run = stage.order("event-1", &stage.edges.fonts(10)).await;
    // A slice whose targets are none: something else wrote the object.
    stage.cloud.put(&format!("warm/{run}/slices/00001.txt"), "no target\n").await;
    stage.cloud.send("no JSON").await;
    let elsewhere = json!({ "run": "no-such-run", "slice": 0, "part": 0 }).to_string();
    stage.cloud.send(&elsewhere).await;
    // Three times each, and the good one.
    assert_eq!(stage.work(AMPLE).await, 10);
    let poisoned = json!({ "run": run, "slice": 1, "part": 0 }).to_string();
    // A text that is JSON is compared as such: the order of its keys says nothing.
    let read =
        |text: String| serde_json::from_str(&text).unwrap_or(Value::String(text)).to_string();
    let dead: BTreeSet<_> = stage.cloud.dead().await.into_iter().map(read).collect();
    assert_eq!(dead, [poisoned, elsewhere, "no JSON".to_owned()].map(read).into());
    // The report does not wait for it.
    let report = stage.report(&run).await;
    let why = report.stopped.as_deref().unwrap();
    assert!(why.starts_with("1 of 2 slices failed; the first: reading "), "{why}");
    assert_eq!(report.outcomes, [(Outcome::Hit, 5)].into());
    assert!(!report.is_hot_enough(0.6));

    // Mended, and tried again, it is in the report.
    let targets: Vec<_> = stage.edges.fonts(5).iter().map(|url| format!("plain {url}")).collect();
    stage.cloud.put(&format!("warm/{run}/slices/00001.txt"), &targets.join("\n")).await;
    stage.cloud.send(&json!({ "run": run, "slice": 1, "part": 0 }).to_string()).await;
    assert_eq!(stage.work(AMPLE).await, 1);
    let report = stage.report(&run).await;
    assert_eq!((report.stopped, report.outcomes), (None, [(Outcome::Hit, 10)].into()));
}

#[tokio::test]
async fn who_asks_gets_a_report_of_what_there_is() {
    let Some(stage) = Stage::set("slice = 5\nrate = 1000\norigin_rate = 1000").await else {
        return;
    };
    let run = stage.order("event-1", &stage.edges.fonts(10)).await;
    let messages = stage.cloud.receive(1).await;
    stage.invoke(records(&messages)).await.unwrap();
    let told = stage.invoke(json!({ "report": run })).await.unwrap();
    assert_eq!((&told["missing"], &told["hot"]), (&json!(1), &json!(0.5)));
    let report = stage.report(&run).await;
    assert_eq!(report.stopped.as_deref(), Some("1 of 2 slices have not ended"));
    assert_eq!(report.outcomes, [(Outcome::Hit, 5)].into());
}

#[tokio::test]
async fn limits_of_a_run_are_shared_by_its_slices() {
    let warm = "slice = 10\nrate = 1000\norigin_rate = 1000\nmax_requests = 20";
    let Some(stage) = Stage::set(warm).await else { return };
    let run = stage.order("event-1", &stage.edges.fonts(40)).await;
    assert_eq!(stage.work(AMPLE).await, 4);
    assert_eq!(stage.edges.requests(), 20);
    let report = stage.report(&run).await;
    assert_eq!(report.stopped.as_deref(), Some("5 requests were made, which is the limit"));
    assert!(!report.is_hot_enough(0.99));
}
