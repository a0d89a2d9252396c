//! Whole runs against a cache of a few lines, for what needs no proxy: limits, samples, journals.

#![expect(clippy::unwrap_used, reason = "clippy's leave for tests does not reach their helpers")]

use std::collections::HashSet;
use std::fs::{self, OpenOptions};
use std::io::Write as _;
use std::net::SocketAddr;
use std::path::Path;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::Router;
use axum::extract::State;
use axum::response::Response;
use cache_warmer::{
    Budget, Client, ClientOptions, Dns, Entry, JournalFolder, Names, Outcome, Pass, Places, Plan,
    Report, Settings, Spool, SpoolWriter, Stop, Variants, Verdict, Wanted, next_round, warm,
    warm_part,
};
use http::Uri;
use tempfile::TempDir;
use tokio::net::TcpListener;
use url::Url;

type Kept = Arc<Mutex<HashSet<String>>>;

/// Keeps everything for a minute, 100 bytes each.
async fn cache() -> SocketAddr {
    async fn answer(State(kept): State<Kept>, uri: Uri) -> Response {
        let is_new = kept.lock().unwrap().insert(uri.path().to_owned());
        Response::builder()
            .header("x-cache", if is_new { "Miss from cache" } else { "Hit from cache" })
            .header("cache-control", "max-age=60")
            .body("x".repeat(100).into())
            .unwrap()
    }
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let router = Router::new().fallback(answer).with_state(Kept::default());
    tokio::spawn(async move { axum::serve(listener, router).await });
    address
}

/// So many fonts of that server.
fn spool(address: SocketAddr, count: u32, file: &Path) -> Spool {
    let variants = Variants::new(Vec::new(), &["127.0.0.1".to_owned()], Wanted::default());
    let mut writer = SpoolWriter::create(file).unwrap();
    // Twice, because lists name things twice.
    for number in (0..count).chain(0..count) {
        let url = Url::parse(&format!("http://{address}/{number}.woff2")).unwrap();
        for (target, key) in variants.of(&url).unwrap() {
            writer.add(&target, key).unwrap();
        }
    }
    writer.finish().unwrap()
}

async fn warmed(count: u32, verify: f64, budget: Budget) -> Report {
    let folder = tempfile::tempdir().unwrap();
    let spool = spool(cache().await, count, &folder.path().join("targets.txt"));
    let plan = Plan::new(&spool, Places::Direct, None, verify);
    let settings = Settings { concurrency: 4, budget, ..Settings::default() };
    warm(plan, spool, client(), settings, None, Box::new(|_| ())).await.unwrap()
}

fn client() -> Client {
    let resolver = Dns::new(Some(([127, 0, 0, 1], 9).into())).unwrap();
    let names = Names::new(Box::new(resolver), [].into());
    Client::new(&ClientOptions::default(), names).unwrap()
}

#[tokio::test]
async fn the_second_pass_finds_what_the_first_left() {
    let report = warmed(50, 1.0, Budget::default()).await;
    assert_eq!(report.matrix[0].fill, [(Outcome::Warmed, 50)].into());
    assert_eq!(report.outcomes, [(Outcome::Hit, 50)].into());
    assert_eq!((report.requests, report.bytes, report.origin_requests), (100, 10_000, 50));
    assert!(report.is_hot_enough(1.0));
    assert_eq!(next_round(&report).unwrap().as_secs(), 61);
    let junit = report.to_junit(0.99);
    let end = "\">\n  <testcase classname=\"direct\" name=\"plain\"/>\n</testsuite>\n";
    assert!(junit.ends_with(end), "{junit}");
}

#[tokio::test]
async fn a_sample_stands_for_the_rest() {
    let report = warmed(400, 0.1, Budget::default()).await;
    let verified: u64 = report.matrix[0].verify.values().sum();
    assert!((15..70).contains(&verified), "{verified}");
    assert!(report.is_hot_enough(1.0));
    assert_eq!(report.outcomes.values().sum::<u64>(), 400);
}

#[tokio::test]
async fn limits_end_a_run_and_what_was_not_asked_is_not_hot() {
    let of_requests = Budget { requests: Some(10), ..Budget::default() };
    let report = warmed(40, 1.0, of_requests).await;
    assert_eq!(report.requests, 10);
    assert_eq!(report.stopped.as_deref(), Some("10 requests were made, which is the limit"));
    assert!((report.hot - 0.25).abs() < 1e-9, "{}", report.hot);
    assert!(!report.is_hot_enough(0.99));
    let of_bytes = Budget { bytes: Some(1_000), ..Budget::default() };
    let report = warmed(40, 1.0, of_bytes).await;
    // Those that are on their way are read.
    assert!((1_000..=1_300).contains(&report.bytes), "{}", report.bytes);
}

#[tokio::test]
async fn without_time_nothing_is_asked_and_another_goes_on() {
    let folder = TempDir::new().unwrap();
    let journal = JournalFolder::new(folder.path()).unwrap();
    let spool = spool(cache().await, 20, &journal.targets());
    let plan = Plan::new(&spool, Places::Direct, None, 1.0);
    let part = async |time| {
        let settings =
            Settings { budget: Budget { time, ..Budget::default() }, ..Settings::default() };
        let (plan, spool) = (plan.clone(), spool.clone());
        warm_part(plan, spool, client(), settings, Some(&journal), Box::new(|_| ())).await.unwrap()
    };
    let first = part(Some(Duration::ZERO)).await;
    assert_eq!((first.tally.requests(), first.stopped), (0, Some(Stop::Time)));
    assert!(journal.is_unfinished());
    let second = part(None).await;
    assert_eq!((second.tally.requests(), &second.stopped), (40, &None));
    assert!(!journal.is_unfinished());
    assert!(second.report(&plan, String::new()).is_hot_enough(1.0));
}

fn entry(number: u64) -> Entry {
    let verdict = Verdict { outcome: Outcome::Warmed, cause: None, detail: String::new() };
    Entry { l: 0, n: number, p: Pass::Fill, verdict, b: 1, t: 2, o: true, e: None }
}

fn entries(folder: &JournalFolder) -> Vec<Entry> {
    let mut found = Vec::new();
    folder.resume(&mut |entry| found.push(entry)).unwrap();
    found
}

#[tokio::test]
async fn a_line_that_was_torn_is_cut_off() {
    let folder = TempDir::new().unwrap();
    let journal = JournalFolder::new(folder.path()).unwrap();
    let spool = spool(([127, 0, 0, 1], 80).into(), 3, &journal.targets());
    let plan = Plan::new(&spool, Places::Direct, None, 1.0);
    let mut lines = journal.begin(&plan).unwrap();
    lines.note(&entry(0)).unwrap();
    lines.note(&entry(1)).unwrap();
    let file = folder.path().join("journal.jsonl");
    let mut torn = OpenOptions::new().append(true).open(&file).unwrap();
    torn.write_all(b"{\"l\":0,\"n\":2,\"p\"").unwrap();
    assert_eq!(journal.unfinished().unwrap(), Some((plan, spool)));
    assert_eq!(entries(&journal), [entry(0), entry(1)]);
    assert_eq!(fs::read(&file).unwrap().last(), Some(&b'\n'));
    assert_eq!(entries(&journal).len(), 2);
    journal.end().unwrap();
    assert_eq!(journal.unfinished().unwrap(), None);
}

#[tokio::test]
async fn a_line_that_is_none_is_told_with_its_place() {
    let folder = TempDir::new().unwrap();
    let journal = JournalFolder::new(folder.path()).unwrap();
    let file = folder.path().join("journal.jsonl");
    fs::write(&file, "no\n").unwrap();
    let error = journal.resume(&mut |_| ()).unwrap_err().to_string();
    assert_eq!(error, format!("line 1 of {} is no line of a journal", file.display()));
}
