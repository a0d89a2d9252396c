//! Every input that the fuzzers found worth keeping, again: `tests/fuzz/corpora` has a packed corpus
//! for each target, minimised, with the inputs that once failed among them.

#![expect(clippy::expect_used, reason = "a suite ends where its own set-up fails")]

use std::fs::File;
use std::io::Read as _;

use flate2::read::GzDecoder;
use tests::fuzzed::TARGETS;
use tests::{parallel, photo};

#[test]
fn no_input_of_a_corpus_fails() {
    for (target, run) in TARGETS {
        let inputs = corpus(target);
        assert!(!inputs.is_empty(), "the corpus of {target} is empty");
        let count = inputs.len();
        let failed: Vec<String> = parallel::map(inputs, |(name, bytes)| {
            std::panic::catch_unwind(|| run(&bytes)).is_err().then_some(name)
        })
        .into_iter()
        .flatten()
        .collect();
        assert!(failed.is_empty(), "{target}: {} of {count} inputs: {failed:?}", failed.len());
        println!("{target}: {count} inputs");
    }
}

/// The inputs of a target by name.
fn corpus(target: &str) -> Vec<(String, Vec<u8>)> {
    let path = photo::workspace().join(format!("tests/fuzz/corpora/{target}.tar.gz"));
    let file = File::open(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    let mut archive = tar::Archive::new(GzDecoder::new(file));
    let entries = archive.entries().expect("it is an archive");
    entries
        .map(|entry| {
            let mut entry = entry.expect("the archive is whole");
            let name = entry.path().expect("names are UTF-8").display().to_string();
            let mut bytes = Vec::new();
            entry.read_to_end(&mut bytes).expect("the archive is whole");
            (name, bytes)
        })
        .collect()
}
