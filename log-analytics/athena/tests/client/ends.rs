//! How questions end: after a wait, never, at once, by somebody's wish.

use std::future::pending;
use std::sync::Mutex;
use std::time::Duration;

use log_athena::client::{ClientError, Progress, Question, State};
use serde_json::json;

use crate::answers::question;
use crate::front::Front;
use crate::script::Script;

#[tokio::test]
async fn a_question_is_followed_through_its_states() {
    let looks = [
        ("QUEUED", 0),
        ("QUEUED", 0),
        ("RUNNING", 1_000),
        // Athena tries again by itself.
        ("QUEUED", 1_000),
        ("RUNNING", 5_000_000),
        ("SUCCEEDED", 30_000_000),
    ];
    let front = Front::with("SELECT", Script::one().seen(&looks)).await;
    let (athena, slept) = front.athena();
    let heard = Mutex::new(Vec::new());
    let watch = |progress: Progress| heard.lock().unwrap().push((progress.state, progress.bytes));
    athena.ask(&question("SELECT 1"), &watch, pending()).await.unwrap();
    let want = [
        (State::Queued, 0),
        (State::Queued, 0),
        (State::Running, 1_000),
        (State::Queued, 1_000),
        (State::Running, 5_000_000),
        (State::Succeeded, 30_000_000),
    ];
    assert_eq!(*heard.lock().unwrap(), want);
    assert_eq!(front.asked("GetQueryExecution").len(), 6);
    // Each wait may be longer than the one before, the first a tenth of a second.
    let slept = slept.all();
    assert_eq!(slept.len(), 6);
    assert!(slept[0] <= Duration::from_millis(100), "{slept:?}");
    assert!(slept[5] > Duration::from_millis(300), "{slept:?}");
}

#[tokio::test]
async fn what_is_asked_is_sent_as_it_is() {
    let front = Front::with("SELECT", Script::one()).await;
    let (athena, _) = front.athena();
    let question = Question {
        sql: "SELECT 1 FROM requests WHERE ts >= ? AND site LIKE ?;".to_owned(),
        parameters: vec!["TIMESTAMP '2026-11-01 00:00:00'".to_owned(), "'o''hara'".to_owned()],
        may_reuse: true,
        seed: [0xab; 16],
    };
    athena.ask(&question, &|_| {}, pending()).await.unwrap();
    let want = json!({
        "QueryString": "SELECT 1 FROM requests WHERE ts >= ? AND site LIKE ?",
        "ClientRequestToken": "abababababababababababababababab",
        "QueryExecutionContext": { "Database": "cdn", "Catalog": "AwsDataCatalog" },
        "WorkGroup": "primary",
        "ExecutionParameters": ["TIMESTAMP '2026-11-01 00:00:00'", "'o''hara'"],
        "ResultReuseConfiguration": {
            "ResultReuseByAgeConfiguration": { "Enabled": true, "MaxAgeInMinutes": 10_080 },
        },
    });
    assert_eq!(front.asked("StartQueryExecution"), [want]);
}

#[tokio::test]
async fn an_answer_that_was_there_costs_nothing() {
    let script = Script { is_reused: true, ..Script::one() };
    let front = Front::with("SELECT", script).await;
    let (athena, _) = front.athena();
    let bill = athena.ask(&question("SELECT 1"), &|_| {}, pending()).await.unwrap().bill;
    assert!(bill.is_reused && bill.dollars == 0.0, "{bill:?}");
}

#[tokio::test]
async fn refusals_for_too_many_calls_are_waited_out() {
    let front =
        Front::with("SELECT", Script::one().seen(&[("RUNNING", 0), ("SUCCEEDED", 7)])).await;
    front.world().refusals = vec![
        // Too many questions run in the account already.
        ("StartQueryExecution", "TooManyRequestsException"),
        ("StartQueryExecution", "ThrottlingException"),
        ("GetQueryExecution", "ThrottlingException"),
        ("GetQueryExecution", "ThrottlingException"),
        ("GetQueryExecution", "InternalServerException"),
    ];
    let (athena, slept) = front.athena();
    let bill = athena.ask(&question("SELECT 1"), &|_| {}, pending()).await.unwrap().bill;
    assert_eq!(bill.bytes, 7);
    let started = front.asked("StartQueryExecution");
    assert_eq!(started.len(), 3);
    assert!(started.iter().all(|it| it == &started[0]), "the same question, by the same token");
    assert_eq!(front.asked("GetQueryExecution").len(), 5);
    // It held back: by a second and more where it was refused.
    assert!(slept.all().iter().any(|it| *it >= Duration::from_secs(1)), "{:?}", slept.all());
}

#[tokio::test]
async fn a_question_that_nothing_is_told_of_is_lost_and_named() {
    let front = Front::with("SELECT", Script::one()).await;
    front.world().refusals = vec![("GetQueryExecution", "ThrottlingException"); 100];
    let (athena, slept) = front.athena();
    let error = athena.ask(&question("SELECT 1"), &|_| {}, pending()).await.unwrap_err();
    assert_eq!(
        error.to_string(),
        "the question q-0 was started and may still run: ThrottlingException: Rate exceeded"
    );
    assert_eq!(front.asked("GetQueryExecution").len(), 21);
    assert!(slept.all().iter().sum::<Duration>() > Duration::from_mins(4));
}

#[tokio::test]
async fn a_refusal_that_will_stay_is_told_at_once() {
    let front = Front::with("SELECT", Script::one()).await;
    front.world().refusals = vec![("StartQueryExecution", "AccessDeniedException")];
    let (athena, slept) = front.athena();
    let error = athena.ask(&question("SELECT 1"), &|_| {}, pending()).await.unwrap_err();
    assert_eq!(error.to_string(), "starting the question: AccessDeniedException: Rate exceeded");
    assert!(slept.all().is_empty());
}

#[tokio::test]
async fn failures_are_explained() {
    for (state, reason, means) in [
        (
            "FAILED",
            "HIVE_BAD_DATA: Error reading field value: For input string: \"-\"",
            "a file has something else in a column than the table says",
        ),
        (
            "FAILED",
            "HIVE_METASTORE_ERROR: Table cdn.raw is missing the projection of dt",
            "the table's entry in the catalog is not whole, its projection above all",
        ),
        (
            "CANCELLED",
            "Bytes scanned limit was exceeded",
            "the question read more than the workgroup lets one read; what it had read is charged",
        ),
    ] {
        let script = Script::one().seen(&[("RUNNING", 5), (state, 11 << 20)]);
        let front = Front::with("SELECT", script.because(reason, false)).await;
        let (athena, _) = front.athena();
        let error = athena.ask(&question("SELECT 1"), &|_| {}, pending()).await.unwrap_err();
        assert_eq!(error.to_string(), reason);
        let ClientError::Failed { known, bill, .. } = &error else { panic!("{error:?}") };
        assert_eq!(known.map(|it| it.means), Some(means));
        // What fails is free; what is ended is not.
        assert_eq!(bill.dollars > 0.0, state == "CANCELLED", "{bill:?}");
        assert!(error.advice().is_some());
    }
}

#[tokio::test]
async fn what_athena_would_try_again_is_told() {
    let script = Script::one().seen(&[("FAILED", 0)]).because("An odd thing", true);
    let front = Front::with("SELECT", script).await;
    let (athena, _) = front.athena();
    let error = athena.ask(&question("SELECT 1"), &|_| {}, pending()).await.unwrap_err();
    assert_eq!(error.advice(), Some("Athena says: ask again"));
}

#[tokio::test]
async fn a_question_that_nobody_wants_any_more_is_ended() {
    let looks =
        [("QUEUED", 0), ("RUNNING", 40 << 20), ("RUNNING", 90 << 20), ("SUCCEEDED", 1 << 40)];
    let front = Front::with("SELECT", Script::one().seen(&looks)).await;
    front.world().refusals = vec![("StopQueryExecution", "ThrottlingException")];
    let (athena, _) = front.athena();
    let unwanted = front.hears("GetQueryExecution", 2);
    let error = athena.ask(&question("SELECT 1"), &|_| {}, unwanted).await.unwrap_err();
    let ClientError::Cancelled(bill) = error else { panic!("{error:?}") };
    // What it had read when it ended is charged.
    assert_eq!((bill.id.as_str(), bill.bytes), ("q-0", 90 << 20));
    assert!(bill.dollars > 0.0);
    assert_eq!(front.asked("StopQueryExecution").len(), 2);
    assert_eq!(front.asked("GetQueryResults").len(), 0);
}

#[tokio::test]
async fn nobody_waits_for_a_turn_that_is_not_wanted() {
    let front = Front::with("SELECT", Script::one()).await;
    front.world().refusals = vec![("StartQueryExecution", "TooManyRequestsException"); 9];
    let (athena, _) = front.athena();
    let unwanted = std::future::ready(());
    let error = athena.ask(&question("SELECT 1"), &|_| {}, unwanted).await.unwrap_err();
    assert!(matches!(error, ClientError::Cancelled(_)), "{error:?}");
    assert_eq!(front.asked("StartQueryExecution").len(), 1);
    assert!(front.asked("StopQueryExecution").is_empty());
}
