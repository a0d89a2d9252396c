//! Verdicts as a table to read.

use std::fmt::Write as _;
use std::path::Path;

use cloudflare_zone::{Import, Requests, SavedFile, fleet_text, read, translate};
use serde_json::{Value, json};

/// A file with an answer of the API.
pub(crate) fn answer(name: &str, result: &Value) -> SavedFile {
    let text = json!({ "success": true, "errors": [], "messages": [], "result": result });
    SavedFile { name: name.to_owned(), text: text.to_string() }
}

/// What comes of files.
pub(crate) fn import(files: &[SavedFile]) -> Import {
    translate(&read(files), &Requests::new())
}

/// The fleet that an import says, which has to be good.
pub(crate) fn fleet(import: &Import) -> fleet::Fleet {
    let text = fleet_text(&import.sites);
    fleet::Fleet::parse(&text, Path::new("/srv"), "fleet.toml")
        .unwrap_or_else(|error| panic!("{error}\n{text}"))
}

/// A line for each finding, its remarks below it; and what was not read.
pub(crate) fn table(import: &Import) -> String {
    let mut text = String::new();
    for finding in &import.findings {
        let verdict = &finding.verdict;
        writeln!(text, "{:<10} {} | {}", verdict.word(), finding.feature.key, finding.label)
            .unwrap();
        for key in verdict.into() {
            writeln!(text, "           = {key}").unwrap();
        }
        for remark in verdict.remarks() {
            writeln!(text, "           - {remark}").unwrap();
        }
    }
    for unread in &import.unread {
        writeln!(text, "unread     {}{}: {}", unread.place.file, unread.place.pointer, unread.why)
            .unwrap();
    }
    text
}
