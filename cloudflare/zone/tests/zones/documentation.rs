//! The table of `docs/cloudflare.md` is that of the code. `UPDATE=1` writes it anew, and fails so that
//! a person looks.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::path::Path;
use std::{env, fs};

use cloudflare_zone::{Phase, features};

const START: &str =
    "<!-- From the code: UPDATE=1 cargo test -p cloudflare-zone documentation -->\n";

#[test]
fn the_table_is_current() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/cloudflare.md");
    let text = fs::read_to_string(&path).expect("the document is there");
    let (prose, _) = text.split_once(START).expect("the document has a place for the table");
    let want = format!("{prose}{START}\n{}", table());
    if text == want {
        return;
    }
    if env::var_os("UPDATE").is_some() {
        fs::write(&path, want).expect("the document is written");
    }
    panic!("{} was not current; UPDATE=1 writes it anew", path.display());
}

fn table() -> String {
    let mut text = String::from("| feature | at CloudFront | how |\n|---|---|---|\n");
    for feature in features() {
        let id =
            feature.key.strip_prefix("setting ").or_else(|| feature.key.strip_prefix("phase "));
        let id = id.map(|id| format!(" (`{id}`)")).unwrap_or_default();
        let how = feature.how.replace('|', "\\|");
        writeln!(text, "| {}{id} | {} | {how} |", feature.name, feature.grade.word()).unwrap();
    }
    text
}

#[test]
fn every_feature_stands_once_and_every_phase_is_there() {
    let keys: Vec<_> = features().map(|feature| feature.key).collect();
    assert_eq!(keys.iter().collect::<BTreeSet<_>>().len(), keys.len());
    for phase in Phase::ALL {
        assert!(keys.contains(&format!("phase {}", phase.name()).as_str()), "{phase:?}");
    }
}
