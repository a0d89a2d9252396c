//! Each fault in an outcome of its own.

use std::collections::HashSet;
use std::fs;
use std::path::Path;
use std::time::Duration;

use cache_warmer::{Cause, Location, Outcome, Problem, Settings};

use crate::tree::{MOVED, Tree, edges};

#[tokio::test(flavor = "multi_thread")]
async fn every_fault_has_its_outcome() {
    let tree = Tree::start().await;
    let faults = ["cookie", "no-store", "type", "busy", "missing", "slow", "waf", "reset", "good"];
    let urls: Vec<_> = faults
        .iter()
        .map(|fault| match *fault {
            // The edge itself answers these.
            "waf" | "reset" => tree.url(&format!("/{fault}.jpg")),
            _ => tree.url(&format!("/cdn-cgi/image/width=9,format=auto/{fault}.jpg")),
        })
        .collect();
    // One after the other: where nginx drops a connection, it drops all that share it.
    let settings = Settings {
        attempts: 2,
        concurrency: 1,
        retry_delay: Duration::ZERO,
        ..Settings::default()
    };
    let first = edges().swap_remove(0);
    let patience = Duration::from_millis(300);
    let report = tree.warmed(&urls, vec![first], settings, patience).await;
    let class = |it: &Problem| (it.outcome, it.cause, it.examples[0].url.clone(), it.count);
    let mut found: Vec<_> = report.problems.iter().map(class).collect();
    found.sort();
    let at = |place: usize| urls[place].to_string();
    assert_eq!(
        found,
        [
            (Outcome::Uncacheable, Cause::Header, at(0), 6),
            (Outcome::Blocked, Cause::Status, at(6), 1),
            (Outcome::Missing, Cause::Status, at(4), 3),
            (Outcome::Failed, Cause::Reset, at(7), 1),
            (Outcome::Failed, Cause::Status, at(3), 3),
            (Outcome::Failed, Cause::Timeout, at(5), 3),
            (Outcome::Failed, Cause::Type, at(2), 3),
        ]
    );
    let uncacheable = report.problems.iter().find(|it| it.outcome == Outcome::Uncacheable).unwrap();
    let details: HashSet<_> = uncacheable.examples.iter().map(|it| it.detail.as_str()).collect();
    assert_eq!(details, HashSet::from(["Set-Cookie", "Cache-Control: no-store"]));
    assert_eq!(report.outcomes[&Outcome::Hit], 3);
    assert!(!report.is_hot_enough(0.99));
    // For people to look at, and to be opened in a browser.
    fs::write(Path::new(env!("CARGO_TARGET_TMPDIR")).join("warm.html"), report.to_html()).unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn an_address_of_another_location_is_no_warmth_there() {
    let tree = Tree::start().await;
    let first = edges().swap_remove(0);
    let moved = Location { id: MOVED.parse().unwrap(), ..first };
    let urls = [tree.url("/cdn-cgi/image/width=9,format=webp/a.jpg")];
    let patience = Duration::from_mins(1);
    let report = tree.warmed(&urls, vec![moved], Settings::default(), patience).await;
    assert_eq!(report.outcomes, [(Outcome::WrongLocation, 1)].into());
    let detail = &report.problems[0].examples[0].detail;
    assert_eq!(detail, "EDA1-P1 answered in the place of EDX1-P1");
    assert!(!report.is_hot_enough(0.01));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_location_that_is_not_there_is_given_up() {
    let tree = Tree::start().await;
    let first = edges().swap_remove(0);
    let gone = Location { id: "EDZ1-P1".parse().unwrap(), ..first };
    let url = |n: u32| tree.url(&format!("/cdn-cgi/image/width={},format=webp/a.jpg", n + 1));
    let urls: Vec<_> = (0..500).map(url).collect();
    let settings = Settings { attempts: 1, retry_delay: Duration::ZERO, ..Settings::default() };
    let report = tree.warmed(&urls, vec![gone], settings, Duration::from_mins(1)).await;
    assert_eq!(report.given_up.keys().collect::<Vec<_>>(), ["EDZ1-P1"]);
    assert!(report.requests < 100, "{}", report.requests);
    assert!(report.hot < 1e-9, "{}", report.hot);
}
