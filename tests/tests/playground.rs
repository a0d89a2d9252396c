//! The playground in a real browser: `tests/browser/playground.mjs` does what a visitor does.

use std::process::Stdio;

use tests::dev::Dev;
use tests::tool;

#[tokio::test(flavor = "multi_thread")]
async fn a_visitor_plays() {
    let dev = Dev::start().await.unwrap();
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/browser/playground.mjs");
    let chromium = tool::chromium().expect("no chromium: cargo xtask test --install gets it");
    let shots = tool::empty_folder("playground");
    let output = tokio::process::Command::new("node")
        .arg(script)
        .arg(format!("http://localhost:{}/", dev.address().port()))
        .env("CHROMIUM", chromium)
        .env("NODE_MODULES", tool::node_modules())
        .env("SCREENSHOTS", &shots)
        .stdin(Stdio::null())
        .kill_on_drop(true)
        .output()
        .await
        .expect("no node: cargo xtask test --install gets it");
    let said = format!(
        "{}{}",
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr)
    );
    assert!(output.status.success(), "screenshots are in {}\n{said}", shots.display());
}
