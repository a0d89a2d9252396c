//! The same requests in Node, so that nothing holds by the luck of one engine. CloudFront's modules
//! are shims but for `crypto`, which is Node's own.

use std::fs;
use std::io::Write;
use std::process::{Command, Stdio};

use cloudformation::viewer::ViewerFunction;
use serde_json::json;

use crate::agreement::{HOST, compare, store};
use crate::cases;
use crate::engine::{CLOUDFRONT, DRIVER};
use crate::event::{Answer, call};

/// Reads calls from standard input, a line each, and writes the answers.
const MAIN: &str = r"
import { createInterface } from 'node:readline';
import './driver.mjs';
for await (const line of createInterface({ input: process.stdin })) {
  const { call, pairs } = JSON.parse(line);
  globalThis.pairs = pairs;
  process.stdout.write((await globalThis.call(call)) + '\n');
}
";

#[test]
fn node_answers_as_the_core_does() {
    let folder = tempfile::tempdir().unwrap();
    let write = |path: &str, text: &str| {
        let path = folder.path().join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    };
    for (module, text) in [
        ("cloudfront", CLOUDFRONT.to_owned()),
        ("viewer", format!("{}\nexport {{ handler }};", ViewerFunction::Pictures.code().unwrap())),
    ] {
        let package = json!({ "name": module, "type": "module", "exports": "./index.mjs" });
        write(&format!("node_modules/{module}/package.json"), &package.to_string());
        write(&format!("node_modules/{module}/index.mjs"), &text);
    }
    write("driver.mjs", DRIVER);
    write("main.mjs", MAIN);

    let cases: Vec<_> = cases::own().into_iter().chain(cases::of_the_core()).collect();
    let lines: String = cases
        .iter()
        .map(|(_, case)| {
            let pairs: serde_json::Map<_, _> =
                store(&case.policy).into_iter().map(|pair| (pair.key, json!(pair.value))).collect();
            json!({ "call": call(HOST, &case.request), "pairs": pairs }).to_string() + "\n"
        })
        .collect();
    let mut node = Command::new("node")
        .arg("main.mjs")
        .current_dir(folder.path())
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("Node; `cargo xtask test --install` installs it");
    let mut stdin = node.stdin.take().unwrap();
    let writer = std::thread::spawn(move || stdin.write_all(lines.as_bytes()).unwrap());
    let output = node.wait_with_output().unwrap();
    writer.join().unwrap();
    assert!(output.status.success());
    let text = String::from_utf8(output.stdout).unwrap();
    assert_eq!(text.lines().count(), cases.len());
    for ((name, case), line) in cases.iter().zip(text.lines()) {
        let answer = Answer::read(line);
        let agreed = compare(&case.request, &case.policy, &answer);
        assert!(agreed.is_ok(), "{name}: {} {agreed:?}\n{answer:?}", case.request.path);
    }
}
