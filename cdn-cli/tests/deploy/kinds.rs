//! Sites that are more than a distribution: with a function that makes pictures, and tenants.

use std::io::Write as _;
use std::path::Path;

use sha2::{Digest as _, Sha256};
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

use crate::cloud::{Cloud, Fate, Proxy};
use crate::operator::{Operator, Ran};

/// A shop whose pictures a function makes.
const PICTURES: &str = r#"
[fleet]
name = "shops"
region = "us-east-1"

[[sites]]
name = "aurora"
domains = ["aurora.example"]
certificate = "none"
logs = { enabled = false }
origin = { s3 = { bucket = "originals", region = "us-east-1" } }
images.sources.paths = ["/photos/"]
"#;

/// Two shops on one distribution.
pub(crate) const TENANTS: &str = r#"
[fleet]
name = "shops"

[defaults]
mode = "tenant"
image_shape = "off"
certificate = "arn:aws:acm:us-east-1:111122223333:certificate/00000000-1111-2222-3333-444455556666"
logs = { enabled = false }
origin = { http = { url = "https://{name}.origin.example" } }

[[sites]]
name = "aurora"
domains = ["aurora.example"]

[[sites]]
name = "borealis"
domains = ["borealis.example"]
"#;

/// An archive with a program in it, and the name under which it is kept.
fn archive(folder: &Path, program: &str) -> String {
    let mut zip = ZipWriter::new(std::io::Cursor::new(Vec::new()));
    zip.start_file("bootstrap", SimpleFileOptions::default()).expect("a file in the archive");
    zip.write_all(program.as_bytes()).expect("its content");
    let bytes = zip.finish().expect("an archive").into_inner();
    std::fs::create_dir_all(folder).expect("a folder");
    std::fs::write(folder.join("image-lambda-aarch64.zip"), &bytes).expect("a file");
    let digest = Sha256::digest(&bytes);
    let hex: Vec<_> = digest.iter().map(|byte| format!("{byte:02x}")).collect();
    format!("archives/{}.zip", hex.concat())
}

/// The key of the archive that the stack of the image function was given.
fn given(offline: &Ran, operator: &Operator) -> serde_json::Value {
    assert_eq!(offline.code, Some(0), "{}", offline.stderr);
    let state = std::fs::read(operator.path(".cdn-cli/deployed.json")).expect("the last state");
    let state: serde_json::Value = serde_json::from_slice(&state).expect("JSON");
    state["stacks"]["shops-images"]["parameters"]["ArchiveKey"].clone()
}

#[tokio::test]
async fn a_function_gets_its_archive() {
    let Some(cloud) = Cloud::start().await else { return };
    let proxy = Proxy::start(&cloud, |_| Fate::Answered).await;
    let operator = Operator::new(&proxy.endpoint, PICTURES);

    let refused = operator.run(&["deploy", "--yes"]).await.ended(2);
    assert!(
        refused.stderr.contains("shops-images needs the archive of its function"),
        "{}",
        refused.stderr
    );

    let first = archive(&operator.path("dist"), "one");
    operator.run(&["deploy", "--yes", "--archives", "dist"]).await.ended(0);
    assert_eq!(given(&operator.run(&["status"]).await, &operator), first.as_str());
    // The function is there before the distributions, so it is told of them by the next deploy.
    operator.run(&["deploy", "--yes"]).await.ended(0);
    operator.run(&["plan", "--exit-code"]).await.ended(0);

    // Without a word of archives the function keeps the one it has.
    operator.write(&PICTURES.replace("[[sites]]", "[defaults]\nhttp3 = false\n\n[[sites]]"));
    operator.run(&["deploy", "--yes"]).await.ended(0);
    assert_eq!(given(&operator.run(&["status"]).await, &operator), first.as_str());

    let second = archive(&operator.path("dist"), "two");
    assert_ne!(first, second);
    operator.run(&["deploy", "--yes", "--archives", "dist"]).await.ended(0);
    assert_eq!(given(&operator.run(&["status"]).await, &operator), second.as_str());
}

#[tokio::test]
async fn tenants_share_a_distribution() {
    let Some(cloud) = Cloud::start().await else { return };
    let proxy = Proxy::start(&cloud, |_| Fate::Answered).await;
    let operator = Operator::new(&proxy.endpoint, TENANTS);
    operator.run(&["deploy", "--yes"]).await.ended(0);
    operator.run(&["plan", "--exit-code"]).await.ended(0);
    let status = operator.run(&["status", "--json"]).await.ended(0).json();
    let names: Vec<_> =
        status.as_array().expect("a list").iter().filter_map(|it| it["stack"].as_str()).collect();
    let shared = names.iter().filter(|name| name.starts_with("shops-tenants-w1-")).count();
    assert_eq!(shared, 1, "{names:?}");
    assert_eq!(proxy.pairs()["host:borealis.example"], "borealis");

    // What one tenant differs in beyond its parameters makes a distribution more.
    operator.write(&TENANTS.replace(
        "[[sites]]\nname = \"borealis\"",
        "[[sites]]\nname = \"borealis\"\nhttp3 = false",
    ));
    operator.run(&["deploy", "--yes"]).await.ended(0);
    operator.run(&["plan", "--exit-code"]).await.ended(0);
    operator.run(&["destroy", "borealis", "--yes"]).await.ended(0);
    assert_eq!(proxy.pairs().get("host:borealis.example"), None);
}
