//! Names: of runs, and of the objects that belong to them.
//!
//! ```text
//! warm/20261127T000000-3f2a9c1b04d1/
//!   plan.json                 what every worker has to know
//!   sent.json                 every slice has its message
//!   slices/00000.txt          a slice's targets
//!   slices/00000-1.jsonl      what of it was done when the first worker's time was over
//!   results/00000.json        what came of it
//!   failed/00000.json         why nothing came of it
//!   report.json, report.html  all of it
//! ```

use std::fmt::Write as _;

use sha2::{Digest as _, Sha256};

/// A run's name: when it was to begin, and what asked for it.
pub(crate) fn run(time: Option<&str>, id: &str) -> String {
    /// Of a digest: two runs of one second do not have the same.
    const BYTES: usize = 6;
    let digits = |time: &str| -> String {
        let time = time.split(['.', '+']).next().unwrap_or_default();
        time.chars().filter(|c| c.is_ascii_digit() || *c == 'T').take(15).collect()
    };
    let time = time.map_or_else(|| "asked".to_owned(), digits);
    let digest = Sha256::digest(id.as_bytes());
    digest.iter().take(BYTES).fold(format!("{time}-"), |mut name, byte| {
        // Writing to a String does not fail.
        let _ = write!(name, "{byte:02x}");
        name
    })
}

/// Whether a text can be a run's name: a message may say anything.
pub(crate) fn is_run(text: &str) -> bool {
    (1..=64).contains(&text.len())
        && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
}

pub(crate) fn plan(run: &str) -> String {
    format!("{run}/plan.json")
}

pub(crate) fn sent(run: &str) -> String {
    format!("{run}/sent.json")
}

pub(crate) fn targets(run: &str, slice: u64) -> String {
    format!("{run}/slices/{slice:05}.txt")
}

/// What was done of a slice before its part of that number, which is 1 and more.
pub(crate) fn journal(run: &str, slice: u64, part: u32) -> String {
    format!("{run}/slices/{slice:05}-{part}.jsonl")
}

pub(crate) fn results(run: &str) -> String {
    format!("{run}/results/")
}

pub(crate) fn result(run: &str, slice: u64) -> String {
    format!("{}{slice:05}.json", results(run))
}

/// Where it stands which slices failed for the last time.
pub(crate) fn failures(run: &str) -> String {
    format!("{run}/failed/")
}

pub(crate) fn failure(run: &str, slice: u64) -> String {
    format!("{}{slice:05}.json", failures(run))
}

pub(crate) fn report(run: &str, extension: &str) -> String {
    format!("{run}/report.{extension}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_run_is_named_by_what_asked_for_it() {
        let first = run(Some("2026-11-27T00:00:00Z"), "event-1");
        assert_eq!(first, run(Some("2026-11-27T00:00:00.123Z"), "event-1"));
        assert!(first.starts_with("20261127T000000-"), "{first}");
        assert_ne!(first, run(Some("2026-11-27T00:00:00Z"), "event-2"));
        assert!(is_run(&first) && is_run(&run(None, "x")));
        for wrong in ["", "../x", "a/b", &"a".repeat(65)] {
            assert!(!is_run(wrong), "{wrong}");
        }
    }
}
