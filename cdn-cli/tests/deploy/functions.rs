//! Functions that make pictures: in a region of their own, and at the edges.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use crate::cloud::{Cloud, Fate, Proxy};
use crate::console::Console;
use crate::operator::{Operator, fleet};

/// A fleet with pictures.
fn pictures(shape: &str) -> String {
    let shape = format!("image_shape = \"{shape}\"");
    let text = fleet(2, "").replace("image_shape = \"off\"", &shape);
    text.replace("name = \"shops\"", "name = \"shops\"\nregion = \"eu-central-1\"")
}

#[tokio::test]
async fn a_version_at_the_edge_goes_when_aws_lets_it_go() {
    let Some(cloud) = Cloud::start().await else { return };
    let is_replicated = Arc::new(AtomicBool::new(true));
    let proxy = {
        let is_replicated = Arc::clone(&is_replicated);
        Proxy::judging(&cloud, move |_, request| {
            let is_deletion =
                request.method == "DELETE" && request.uri.path().contains("/functions/");
            if is_deletion && is_replicated.load(Ordering::SeqCst) {
                Fate::Replicated
            } else {
                Fate::Answered
            }
        })
        .await
    };
    let operator = Operator::new(&proxy.endpoint, &pictures("lambda-edge"));
    operator.put("one/lambda-edge.zip", "one");
    operator.run(&["deploy", "--yes", "--archives", "one"]).await.ended(0);
    let none = operator.run(&["orphans"]).await.ended(0);
    assert_eq!(none.stdout, "");

    // Another archive is part of the plan, and so are the sites that get its version.
    operator.put("two/lambda-edge.zip", "two");
    let told = operator.run(&["deploy", "--archives", "two"]).await.ended(2);
    assert!(told.stderr.contains("-> the next version of shops-edge"), "{}", told.stderr);

    // The emulator makes no other version of another archive: one that nobody uses is made by hand.
    Console::new(&cloud.endpoint).publish_version("shops-edge").await;
    let told = operator.run(&["deploy", "--yes"]).await.ended(0);
    assert!(told.stderr.contains("1 version of the function at the edge waits"), "{}", told.stderr);
    let waiting = operator.run(&["orphans", "--json"]).await.ended(0).json();
    assert_eq!(waiting.as_array().unwrap().len(), 1, "{waiting}");
    assert_eq!(
        (&waiting[0]["version"], &waiting[0]["attempts"], &waiting[0]["last"]),
        (
            &"arn:aws:lambda:us-east-1:123456789012:function:shops-edge:2".into(),
            &1.into(),
            &"InvalidParameterValueException: Lambda was unable to delete the function because it \
              is a replicated function."
                .into()
        )
    );
    operator.run(&["plan", "--exit-code"]).await.ended(0);

    is_replicated.store(false, Ordering::SeqCst);
    let told = operator.run(&["deploy", "--yes"]).await.ended(0);
    assert!(told.stderr.ends_with("Deleted: 1 version of the function at the edge.\n"));
    let none = operator.run(&["orphans", "--delete"]).await.ended(0);
    assert_eq!((none.stdout.as_str(), none.stderr.as_str()), ("", ""));
}

#[tokio::test]
async fn a_function_elsewhere_is_there_once_and_goes_there() {
    let Some(cloud) = Cloud::start().await else { return };
    let operator = Operator::new(&cloud.endpoint, &pictures("function-url"));
    operator.put("archives/image-lambda-aarch64.zip", "one");
    operator.run(&["deploy", "--yes", "--archives", "archives"]).await.ended(0);
    let console = Console::new(&cloud.endpoint);
    let parameters = console.parameters("eu-central-1", "shops-images").await.unwrap();
    let own = parameters.keys().filter(|name| !name.starts_with("AWS::"));
    assert_eq!(own.collect::<Vec<_>>(), ["ArchiveBucket", "ArchiveKey"], "nothing of its sites");
    operator.run(&["plan", "--exit-code"]).await.ended(0);

    operator.write(&pictures("off"));
    operator.run(&["deploy", "--yes"]).await.ended(0);
    assert_eq!(console.parameters("eu-central-1", "shops-images").await, None);
    operator.run(&["plan", "--exit-code"]).await.ended(0);
}
