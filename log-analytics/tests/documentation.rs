//! docs/logs.md says what the tables in the code say. `UPDATE=1` writes it anew, and fails so that a
//! person looks.
#![expect(clippy::expect_used, reason = "a test that cannot go on stops")]

use std::env;
use std::fs;
use std::path::Path;

use log_analytics::{BUILT_IN, Report};
use log_reader::{IMAGES_MADE, REQUESTS};

const COLUMNS: (&str, &str) = ("<!-- columns -->\n", "<!-- end of columns -->");
const MADE: (&str, &str) =
    ("<!-- columns of images_made -->\n", "<!-- end of columns of images_made -->");
const REPORTS: (&str, &str) = ("<!-- reports -->\n", "<!-- end of reports -->");

#[test]
fn the_tables_are_those_of_the_code() {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/logs.md");
    let text = fs::read_to_string(&file).expect("docs/logs.md is there");
    let want = between(&between(&text, COLUMNS, &columns()), REPORTS, &reports());
    let want = between(&want, MADE, &columns_of_images_made());
    if text != want && env::var_os("UPDATE").is_some() {
        fs::write(&file, &want).expect("docs/logs.md can be written");
    }
    assert_eq!(text, want, "UPDATE=1 writes it anew");
}

fn between(text: &str, (begin, end): (&str, &str), with: &str) -> String {
    let (before, rest) = text.split_once(begin).expect("the begin is marked");
    let (_, after) = rest.split_once(end).expect("the end is marked");
    format!("{before}{begin}{with}{end}{after}")
}

fn columns() -> String {
    let row = |it: &log_reader::RequestColumn| {
        let made_of: Vec<String> =
            it.made_of.iter().map(|raw| format!("`{}`", raw.name())).collect();
        let by = if it.sql.is_some() { "" } else { " †" };
        format!(
            "| `{}`{by} | {} | {} | {} |\n",
            it.name,
            it.kind.trino(),
            made_of.join(", "),
            it.doc
        )
    };
    let rows: String = REQUESTS.iter().map(row).collect();
    format!("| column | type | made of | what it is |\n|---|---|---|---|\n{rows}")
}

fn columns_of_images_made() -> String {
    let rows = IMAGES_MADE.iter().map(|(name, kind, doc)| {
        let kind = kind.trino();
        format!("| `{name}` | {kind} | {doc} |\n")
    });
    format!("| column | type | what it is |\n|---|---|---|\n{}", rows.collect::<String>())
}

fn reports() -> String {
    let row = |(name, text): &(&str, &str)| {
        let report = Report::parse(name, text).expect("a report that comes along is one");
        let parameters: Vec<String> =
            report.parameters.iter().map(|it| format!("`{}`", it.name)).collect();
        format!("| `{name}` | {} | {} |\n", report.about, parameters.join(", "))
    };
    let rows: String = BUILT_IN.iter().map(row).collect();
    format!("| report | what it tells | parameters |\n|---|---|---|\n{rows}")
}
