//! The tables of `docs/rules-language.md` are those of the code. `UPDATE=1` writes them anew, and
//! fails so that a person looks.

use std::fmt::Write as _;
use std::path::Path;
use std::{env, fs};

use cloudflare_rules::{Returns, fields, functions};

const START: &str = "<!-- From the code: UPDATE=1 cargo test -p cloudflare-rules reference -->\n";

#[test]
fn the_tables_are_current() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/rules-language.md");
    let text = fs::read_to_string(&path).expect("the document is there");
    let (prose, _) = text.split_once(START).expect("the document has a place for the tables");
    let want = format!("{prose}{START}\n{}", tables());
    if text == want {
        return;
    }
    if env::var_os("UPDATE").is_some() {
        fs::write(&path, want).expect("the document is written");
    }
    panic!("{} was not current; UPDATE=1 writes it anew", path.display());
}

fn tables() -> String {
    let mut text = String::from(
        "## Functions\n\n| function | gives | that is | at CloudFront |\n|---|---|---|---|\n",
    );
    for function in functions() {
        let gives = match function.returns {
            Returns::Always(kind) => kind.to_string(),
            Returns::SameAsFirst => "as the first".to_owned(),
        };
        let (signature, summary) = (function.signature(), function.summary);
        writeln!(text, "| `{signature}` | {gives} | {summary} | {} |", function.counterpart)
            .unwrap();
    }
    text += "\n## Fields\n\n| field | type | section | that is | at CloudFront |\n|---|---|---|---|---|\n";
    for field in fields() {
        let summary = match field.alias_of {
            Some(name) => format!("an old name of `{name}`"),
            None => field.summary.to_owned(),
        };
        let (kind, category, counterpart) =
            (field.kind, field.category, field.canonical().counterpart);
        writeln!(text, "| `{}` | {kind} | {category} | {summary} | {counterpart} |", field.name)
            .unwrap();
    }
    text
}
