//! `cdn-cli images bundle`, from outside: what is in the archives.

#![expect(clippy::unwrap_used, reason = "clippy's leave for tests does not reach their helpers")]

use std::fmt::Write as _;
use std::fs;
use std::io::{Cursor, Read as _};
use std::path::Path;

use assert_cmd::Command;
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};
use tempfile::TempDir;

/// As much of a program as is read: the header of an ELF file for x86-64, and a symbol's version.
fn program(glibc: &str) -> Vec<u8> {
    let mut program = b"\x7fELF\x02\x01\x01".to_vec();
    program.resize(18, 0);
    program.extend([62, 0]);
    program.extend(format!("\0GLIBC_{glibc}\0").bytes());
    program
}

/// A folder with what `cargo xtask` makes, each file by its name.
fn folder(files: &[(&str, &[u8])]) -> TempDir {
    let folder = TempDir::new().unwrap();
    for (name, bytes) in files {
        fs::write(folder.path().join(name), bytes).unwrap();
    }
    folder
}

fn bundle(folder: &Path) -> Command {
    let fleet = concat!(env!("CARGO_MANIFEST_DIR"), "/../examples/fleet-on-aws.toml");
    let mut command = Command::cargo_bin("cdn-cli").unwrap();
    command.current_dir(folder).args(["images", "bundle", "--fleet", fleet, "--output", "out"]);
    command
}

/// The files in an archive by their names, and its manifest apart.
fn opened(archive: &[u8]) -> (Vec<(String, Vec<u8>)>, Value) {
    let mut zip = zip::ZipArchive::new(Cursor::new(archive)).unwrap();
    let mut files = Vec::new();
    for index in 0..zip.len() {
        let mut file = zip.by_index(index).unwrap();
        let mut bytes = Vec::new();
        file.read_to_end(&mut bytes).unwrap();
        files.push((file.name().unwrap().into_owned(), bytes));
    }
    let manifest = files.iter().position(|(name, _)| name == "manifest.json").unwrap();
    let (_, manifest) = files.remove(manifest);
    (files, serde_json::from_slice(&manifest).unwrap())
}

fn sha256(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().fold(String::new(), |mut text, byte| {
        write!(text, "{byte:02x}").unwrap();
        text
    })
}

#[test]
fn archives_have_their_licenses_and_say_what_is_inside() {
    let about: [(&str, &[u8]); 3] = [
        ("packages.txt", b"a v1.0.0 MIT\nb v2.0.0\n"),
        ("LICENSES.txt", b"Do as you like."),
        ("LICENSES-rust.html", b"<p>So do we."),
    ];
    let modules: [(&str, &[u8]); 4] = [
        ("resizer.wasm", b"\0asm"),
        ("resizer-full.wasm", b"\0asm, full"),
        ("handler.mjs", b"export {}"),
        ("notes.md", b"not for Lambda"),
    ];
    let folder = folder(&[&about[..], &modules[..], &[("edge-lambda", &program("2.34"))]].concat());
    let run = || {
        let mut command = bundle(folder.path());
        command.args(["--json", "--edge", ".", "--lambda", "edge-lambda", "--about", "."]);
        let output = command.output().unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        let lines = String::from_utf8(output.stdout).unwrap();
        let written = lines.lines().map(|line| serde_json::from_str::<Value>(line).unwrap());
        written.collect::<Vec<_>>()
    };
    let written = run();
    assert_eq!(run(), written, "the same bytes again");
    let common = ["LICENSES-rust.html", "LICENSES.txt"];
    let edge = ["configuration.json", "handler.mjs", "package.json", "resizer-full.wasm"];
    let edge = [&common[..], &edge[..], &["resizer.wasm"]].concat();
    let lambda = [&common[..], &["bootstrap", "fleet.toml"]].concat();
    let archives = [("lambda-edge.zip", edge), ("image-lambda-x86_64.zip", lambda)];
    assert_eq!(written.len(), archives.len());
    for ((name, want), written) in archives.iter().zip(&written) {
        let archive = fs::read(folder.path().join("out").join(name)).unwrap();
        let told = json!({
            "file": format!("out/{name}"), "bytes": archive.len(), "sha256": sha256(&archive),
        });
        assert_eq!(*written, told);
        let (files, manifest) = opened(&archive);
        let names: Vec<_> = files.iter().map(|(name, _)| name.as_str()).collect();
        assert_eq!(names, *want, "{name}");
        let listed = files.iter().map(
            |(name, bytes)| json!({ "name": name, "bytes": bytes.len(), "sha256": sha256(bytes) }),
        );
        assert_eq!(manifest["files"], listed.collect::<Value>(), "{name}");
        assert_eq!(manifest["packages"], json!(["a v1.0.0 MIT", "b v2.0.0"]), "{name}");
    }
}

#[test]
fn the_warmer_has_an_archive_of_its_own() {
    let folder = folder(&[("warm-lambda", &program("2.34"))]);
    bundle(folder.path()).args(["--warm", "warm-lambda"]).assert().success();
    let archive = fs::read(folder.path().join("out/warm-lambda-x86_64.zip")).unwrap();
    let (files, _) = opened(&archive);
    let names: Vec<_> = files.iter().map(|(name, _)| name.as_str()).collect();
    assert_eq!(names, ["bootstrap", "fleet.toml", "prices.json"]);
    let prices: Value = serde_json::from_slice(&files[2].1).unwrap();
    assert_eq!(prices["europe"]["gigabyte"], "0.085", "{prices}");
    // The folder about a program is about one.
    bundle(folder.path()).args(["--warm", "a", "--lambda", "b"]).assert().code(2);
}

#[test]
fn a_program_that_lambda_cannot_start_is_refused() {
    let folder = folder(&[("edge-lambda", &program("2.38"))]);
    let assert = bundle(folder.path()).args(["--lambda", "edge-lambda"]).assert();
    let want = "error: bundling edge-lambda\n  \
                because: the program needs glibc 2.38; Lambda has 2.34\n\n\
                hint: build it on an older Linux, such as Debian 12 or Amazon Linux 2023 itself\n";
    assert.code(2).stdout("").stderr(want);
    assert!(!folder.path().join("out").exists());
}
