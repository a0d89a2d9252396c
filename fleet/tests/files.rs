//! Files as people write them: bad ones with what they are told, good ones with what they come to.
//!
//! `UPDATE=1` writes what is expected anew, and fails, so that a person looks at the difference.

#![expect(clippy::unwrap_used, reason = "clippy's leave for tests does not reach their helpers")]

use std::env;
use std::fs;
use std::path::{Path, PathBuf};

use fleet::{Fleet, FleetError};

/// The files of a folder with that extension, in the order of their names.
fn files(folder: &str, extension: &str) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let mut found: Vec<_> =
        entries.filter(|path| path.extension().is_some_and(|it| it == extension)).collect();
    found.sort();
    found
}

/// Compares with what a file holds.
fn expect(path: &Path, found: &str) {
    let expected = fs::read_to_string(path).unwrap_or_default();
    if found == expected {
        return;
    }
    if env::var_os("UPDATE").is_some() {
        fs::write(path, found).unwrap();
    }
    panic!("{} differs:\n{found}\ninstead of:\n{expected}", path.display());
}

#[test]
fn every_mistake_is_told_at_its_place() {
    let bad = files("tests/bad", "toml");
    assert!(bad.len() >= 60, "{} files", bad.len());
    let differences = bad.iter().filter(|path| {
        let told = match Fleet::read(path) {
            Err(FleetError::Invalid(told)) => told,
            other => panic!("{}: {other:?}", path.display()),
        };
        let path = path.with_extension("txt");
        std::panic::catch_unwind(|| expect(&path, &format!("{told}\n"))).is_err()
    });
    let differences = differences.count();
    assert_eq!(differences, 0, "of {} files", bad.len());
}

#[test]
fn nothing_expected_is_left_over() {
    for path in files("tests/bad", "txt") {
        assert!(path.with_extension("toml").is_file(), "{}", path.display());
    }
}

#[test]
fn good_files_are_good() {
    let good = files("tests/good", "toml");
    assert!(!good.is_empty());
    for path in good {
        let fleet = Fleet::read(&path).unwrap_or_else(|error| panic!("{error}"));
        let written: Vec<_> = fleet.sites.iter().map(fleet::Site::written).collect();
        let text = serde_json::to_string_pretty(&written).unwrap();
        expect(&path.with_extension("json"), &format!("{text}\n"));
    }
}
