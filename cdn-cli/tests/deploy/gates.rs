//! Waves that are held against what `CloudWatch` counts.

use crate::account::Account;
use crate::cloud::Cloud;
use crate::operator::{Operator, fleet};

/// The distribution of each site.
async fn distributions(operator: &Operator) -> Vec<String> {
    let status = operator.run(&["status", "--json"]).await.ended(0).json();
    let sites =
        status.as_array().expect("a site of the status").iter().filter(|it| it["site"].is_string());
    sites.map(|it| it["distribution"].as_str().expect("a site of the status").to_owned()).collect()
}

/// Counts a quiet hour, and some minutes from now on with so many percent of errors. The hour is
/// so busy that it is quiet whichever minute the wave begins in.
async fn traffic(account: &Account, distribution: &str, before: f64, after: f64) {
    for (minute, requests, errors) in
        [(-30, 1e9, before), (0, 1000.0, after), (1, 1000.0, after), (2, 1000.0, after)]
    {
        account.count(distribution, "Requests", minute, requests).await;
        account.count(distribution, "5xxErrorRate", minute, errors).await;
    }
}

#[tokio::test]
async fn a_wave_with_errors_goes_back() {
    let Some(cloud) = Cloud::start().await else { return };
    let account = Account::of(&cloud);
    let operator = Operator::new(&cloud.endpoint, &fleet(3, ""));
    operator.run(&["deploy", "--yes"]).await.ended(0);
    let all = distributions(&operator).await;
    traffic(&account, &all[0], 0.1, 0.2).await;
    // It had as many before.
    traffic(&account, &all[1], 3.0, 3.0).await;
    traffic(&account, &all[2], 0.1, 50.0).await;

    operator.write(&fleet(3, "http3 = false"));
    let gates = ["deploy", "--yes", "--json", "--max-5xx", "1", "--soak", "0s"];
    let told = operator.run(&gates).await.ended(2);
    let events: Vec<serde_json::Value> =
        told.stdout.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let measured: Vec<_> = events.iter().filter(|it| it["event"] == "measured").collect();
    let of = |site: &str| measured.iter().find(|it| it["site"] == site).unwrap();
    assert_eq!(of("s000")["reason"], serde_json::Value::Null);
    assert_eq!(of("s001")["reason"], serde_json::Value::Null);
    assert_eq!(of("s002")["reason"], "50.0 % of answers are 5xx, 1 % may be, 0.1 % before");
    let end = events.last().unwrap();
    let mut back: Vec<_> = end["rolled_back"].as_array().unwrap().clone();
    back.sort_by_key(ToString::to_string);
    assert_eq!(back, ["s001", "s002"]);
    let plan = operator.run(&["plan", "--json"]).await.ended(0).json();
    let updates = plan["actions"].as_array().unwrap().iter().filter(|it| it["step"] == "update");
    assert_eq!(updates.count(), 2);
}

#[tokio::test]
async fn what_is_not_counted_is_told() {
    let Some(cloud) = Cloud::start().await else { return };
    let operator = Operator::new(&cloud.endpoint, &fleet(1, ""));
    let gates = ["deploy", "--yes", "--min-hit-ratio", "80", "--max-5xx", "1", "--soak", "0s"];
    let told = operator.run(&gates).await.ended(0);
    let end: Vec<&str> = told.stderr.lines().rev().take(3).collect();
    assert_eq!(end[2], "  watching 1 site for 0 s");
    assert_eq!(end[1], "  no data   s000: too little of 5xxErrorRate");
}
