//! What cfn-lint says, which knows AWS's schemas, and checkov, which knows what is unsafe.
//!
//! `CFN_LINTERS` names the folder in which both programs are; `cargo xtask test` installs them.
//! Without it these tests say that they are skipped.

use std::collections::BTreeMap;
use std::ffi::OsStr;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use cloudformation::{Assignment, render};
use serde_json::Value;
use tempfile::TempDir;

use super::{examples, fleets};

/// The sites of which the linters see a template of each shape.
const SITES: usize = 500;

#[test]
fn cfn_lint_has_nothing_to_say() {
    let Some(linters) = linters() else { return };
    let templates = templates();
    let files: Vec<_> =
        files(templates.path()).into_iter().chain(files(&examples::folder())).collect();
    let lint = Command::new(linters.join("cfn-lint"))
        .args(["--regions", "us-east-1", "--"])
        .args(files)
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&lint.stdout);
    assert!(lint.status.success() && said.trim().is_empty(), "{said}");
}

#[test]
fn checkov_finds_what_is_argued_and_nothing_else() {
    let Some(linters) = linters() else { return };
    let templates = templates();
    for file in files(&examples::folder()) {
        fs::copy(&file, templates.path().join(file.file_name().unwrap())).unwrap();
    }
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    let check = Command::new(linters.join("checkov"))
        .arg("--config-file")
        .arg(root.join(".config/checkov.yaml"))
        .arg("--directory")
        .arg(templates.path())
        // It asks its makers' server for what it could say of a finding otherwise.
        .args(["--skip-download", "--soft-fail"])
        .args(["--output", "json"])
        .output()
        .unwrap();
    let report: Value = serde_json::from_slice(&check.stdout)
        .unwrap_or_else(|error| panic!("{error}: {}", String::from_utf8_lossy(&check.stderr)));
    assert_eq!(report["results"]["failed_checks"], Value::Array(Vec::new()), "{report:#}");
    assert_eq!(report["summary"]["parsing_errors"], 0);
}

/// The folder of the programs; `None`, and a line that says so, where there is none.
#[expect(clippy::print_stderr, reason = "it is for who runs the test")]
fn linters() -> Option<PathBuf> {
    let folder = std::env::var_os("CFN_LINTERS").map(PathBuf::from);
    if folder.is_none() {
        eprintln!("skipped: CFN_LINTERS names no folder with cfn-lint and checkov");
    }
    folder
}

/// A template of each shape of a varied fleet.
fn templates() -> TempDir {
    let mut fleet = fleets::varied(SITES);
    for quota in ["cache-policies", "response-headers-policies", "tenant-distributions"] {
        fleet.settings.quotas.insert(quota.to_owned(), 500);
    }
    "eu-central-1".clone_into(&mut fleet.settings.region);
    let rendered = render(&fleet, &Assignment::default()).unwrap_or_else(|error| panic!("{error}"));
    let shapes: BTreeMap<_, _> =
        rendered.stacks.iter().map(|stack| (shape(&stack.template.to_json()), stack)).collect();
    let folder = tempfile::tempdir().unwrap();
    for stack in shapes.values() {
        let file = folder.path().join(format!("{}.yaml", stack.name));
        fs::write(file, stack.template.to_yaml()).unwrap();
    }
    folder
}

/// A template without its texts and numbers, and with one item of each list: what a schema sees.
fn shape(value: &Value) -> String {
    match value {
        Value::Object(map) => {
            let entry = |(key, value)| {
                let value: &Value = value;
                let type_of_resource = value.as_str().filter(|_| key == "Type").unwrap_or_default();
                format!("{key}{type_of_resource}{}", shape(value))
            };
            format!("{{{}}}", map.iter().map(entry).collect::<Vec<_>>().join(","))
        }
        Value::Array(items) => {
            let shapes: std::collections::BTreeSet<_> = items.iter().map(shape).collect();
            format!("[{}]", shapes.into_iter().collect::<Vec<_>>().join(","))
        }
        _ => String::new(),
    }
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let paths = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    paths.filter(|path| path.extension() == Some(OsStr::new("yaml"))).collect()
}
