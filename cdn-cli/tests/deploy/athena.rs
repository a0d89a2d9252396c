//! `cdn-cli logs setup`: the stack by which Athena is asked.

use serde_json::Value;

use crate::cloud::{Cloud, Fate, Proxy};
use crate::operator::{Operator, fleet};

/// A fleet whose logs are on.
fn logged(number: usize) -> String {
    fleet(number, "").replace("logs = { enabled = false }\n", "")
}

#[tokio::test]
async fn athena_is_set_up_once_and_brought_up_to_date() {
    let Some(cloud) = Cloud::start().await else { return };
    let proxy = Proxy::start(&cloud, |_| Fate::Answered).await;
    let operator = Operator::new(&proxy.endpoint, &logged(2));

    let refused = operator.run(&["logs", "setup"]).await.ended(2);
    assert!(refused.stderr.contains("nobody is there to agree to the plan"), "{}", refused.stderr);
    operator.run(&["logs", "setup", "--yes"]).await.ended(0);
    let status = operator.run(&["status", "--json"]).await.ended(0).json();
    let stacks: Vec<&Value> = status.as_array().unwrap().iter().collect();
    assert_eq!(stacks.len(), 1);
    assert_eq!(
        (&stacks[0]["stack"], &stacks[0]["status"]),
        (&"shops-athena".into(), &"CREATE_COMPLETE".into())
    );

    // Nothing to do; then a table more.
    let changes = proxy.count("CreateChangeSet");
    operator.run(&["logs", "setup", "--yes"]).await.ended(0);
    assert_eq!(proxy.count("CreateChangeSet"), changes);
    operator.run(&["logs", "setup", "--yes", "--compacted", "s3://shops-days/cdn"]).await.ended(0);
    assert_eq!(proxy.count("CreateChangeSet"), changes + 1);

    // A deploy of the fleet lets it be, and does not take it away. The emulator has no deliveries.
    operator.write(&fleet(2, ""));
    let plan = operator.run(&["plan", "--json"]).await.ended(0).json();
    let actions = plan["actions"].as_array().unwrap();
    assert!(!actions.iter().any(|action| action["stack"] == "shops-athena"), "{plan}");
    operator.run(&["deploy", "--yes", "--prune"]).await.ended(0);
    let status = operator.run(&["status", "--json"]).await.ended(0).json();
    assert!(status.as_array().unwrap().iter().any(|it| it["stack"] == "shops-athena"), "{status}");
}

#[tokio::test]
async fn a_template_is_printed_and_nothing_changed() {
    let Some(cloud) = Cloud::start().await else { return };
    let proxy = Proxy::start(&cloud, |_| Fate::Answered).await;
    let operator = Operator::new(&proxy.endpoint, &logged(1));
    let arguments = ["logs", "setup", "--template", "--limit", "20"];
    let printed = operator.run(&arguments).await.ended(0);
    assert!(printed.stdout.contains("BytesScannedCutoffPerQuery: 20000000000\n"));
    assert!(printed.stdout.contains("EncryptionOption: SSE_S3\n"), "{}", printed.stdout);
    let legacy = ["--raw", "s3://old-logs/cdn", "--log-version", "1"];
    let printed = operator.run(&[&arguments[..], &legacy].concat()).await.ended(0);
    let stdout = &printed.stdout;
    assert!(stdout.contains("Name: raw_legacy\n") && !stdout.contains("raw_w3c"), "{stdout}");
    assert!(stdout.contains("Location: s3://old-logs/cdn/\n"), "{stdout}");
    assert_eq!(proxy.count("CreateChangeSet"), 0);
}
