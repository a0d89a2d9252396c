//! `cdn-cli init` from what the AWS CLI prints of distributions, in-process.

#![expect(clippy::unwrap_used, reason = "clippy's leave for tests does not reach their helpers")]

use std::fs;
use std::path::{Path, PathBuf};

use cdn_cli::{ExitStatus, Io, Stream, run};
use fleet::Fleet;

fn given(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/init").join(name)
}

/// How an import of these files ends, the file it wrote, and what it told.
fn import(files: &[&Path]) -> (ExitStatus, String, String) {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("fleet.toml");
    let mut arguments = vec!["cdn-cli".to_owned(), "init".to_owned(), file.display().to_string()];
    for given in files {
        arguments.extend(["--from-file".to_owned(), given.display().to_string()]);
    }
    let (mut out, mut err) = (Vec::new(), Vec::new());
    let mut io = Io {
        stdin: &mut std::io::empty(),
        stdout: Stream::plain(&mut out),
        stderr: Stream::plain(&mut err),
    };
    let status = run(arguments, &mut io);
    assert_eq!(String::from_utf8(out).unwrap(), "");
    let told = String::from_utf8(err).unwrap();
    let told = told.replace(&folder.path().display().to_string(), "FOLDER");
    let told = told.replace(&given("").display().to_string(), "GIVEN/");
    (status, fs::read_to_string(&file).unwrap_or_default(), told)
}

/// An import that goes well, as it is checked in: the file, and what was told. `UPDATE=1` writes it
/// anew, and fails so that somebody looks.
#[track_caller]
fn expect(name: &str, files: &[&str]) -> Fleet {
    let files: Vec<_> = files.iter().map(|file| given(file)).collect();
    let files: Vec<_> = files.iter().map(PathBuf::as_path).collect();
    let (status, text, told) = import(&files);
    assert_eq!(status, ExitStatus::Done, "{told}");
    let fleet = Fleet::parse(&text, Path::new(""), "fleet.toml");
    for (suffix, is) in [("toml", &text), ("stderr", &told)] {
        let path = given(&format!("{name}.{suffix}"));
        if std::env::var_os("UPDATE").is_some() {
            fs::write(&path, is).unwrap();
            continue;
        }
        assert_eq!(*is, fs::read_to_string(&path).unwrap(), "{}", path.display());
    }
    assert!(
        std::env::var_os("UPDATE").is_none(),
        "written anew: look at it, and run without UPDATE"
    );
    fleet.unwrap_or_else(|error| panic!("{error}"))
}

const VEGA: [&str; 4] =
    ["shop.json", "cache-policy.json", "headers-policy.json", "vpc-origin.json"];

#[test]
fn a_distribution_with_all_that_it_names() {
    let fleet = expect("shop", &VEGA);
    let [site] = fleet.sites.as_slice() else { panic!("{:?}", fleet.sites) };
    assert_eq!(site.name, "vega");
    assert_eq!(site.domains, ["www.vega.example", "vega.example"]);
    let behaviors = site.delivery.behaviors_in_order(&site.images);
    let patterns: Vec<_> = behaviors.iter().map(|(pattern, _)| pattern.as_str()).collect();
    assert_eq!(patterns, ["/cart/*", "/assets/*", "/search", "*"]);
}

#[test]
fn settings_from_before_there_were_policies() {
    expect("old", &["old.json"]);
}

#[test]
fn what_all_have_is_said_once() {
    let fleet = expect("both", &["shop.json", "old.json"]);
    let names: Vec<_> = fleet.sites.iter().map(|site| site.name.as_str()).collect();
    assert_eq!(names, ["vega", "old"]);
}

#[test]
fn what_is_no_distribution_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let other = folder.path().join("other.json");
    fs::write(&other, r#"{ "Buckets": [] }"#).unwrap();
    let (status, text, told) = import(&[&other]);
    assert_eq!((status, text.as_str()), (ExitStatus::Error, ""));
    let told =
        told.replace(&folder.path().display().to_string(), "OTHER").replace("\n       ", " ");
    assert_eq!(
        told,
        "error: OTHER/other.json is not what the AWS CLI prints of a distribution: it holds neither a \
         distribution nor a policy\n\nhint: aws cloudfront get-distribution --id ID --output json > \
         distribution.json\n"
    );

    let (status, text, told) = import(&[&given("cache-policy.json")]);
    assert_eq!((status, text.as_str()), (ExitStatus::Error, ""));
    assert_eq!(
        told,
        "error: the files hold no distribution\n\nhint: add one: aws cloudfront get-distribution --id \
         ID > distribution.json\n"
    );
}

#[test]
fn a_distribution_of_tenants_is_no_site() {
    let folder = tempfile::tempdir().unwrap();
    let shared = folder.path().join("shared.json");
    let text = r#"{ "DistributionConfig": { "ConnectionMode": "tenant-only" } }"#;
    fs::write(&shared, text).unwrap();
    let (status, _, told) = import(&[&shared]);
    assert_eq!(status, ExitStatus::Error);
    assert_eq!(
        told,
        "error: shared is a distribution of tenants, not of one site\n\nhint: write its tenants as \
         sites with `mode = \"tenant\"`; `cdn-cli init` begins a\n      file\n"
    );
}
