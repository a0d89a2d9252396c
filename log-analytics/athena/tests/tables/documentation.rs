//! docs/athena.md has the rules that the code has. `UPDATE=1` writes it anew, and fails so that a
//! person looks.

use std::env;
use std::fs;
use std::path::Path;

use log_athena::lint::{RULES, Severity};

const BEGIN: &str = "<!-- rules -->\n";
const END: &str = "<!-- end of rules -->";

#[test]
fn the_table_of_rules_is_that_of_the_code() {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/athena.md");
    let text = fs::read_to_string(&file).unwrap();
    let (before, rest) = text.split_once(BEGIN).unwrap();
    let (_, after) = rest.split_once(END).unwrap();
    let want = format!("{before}{BEGIN}{}{END}{after}", rules());
    if text != want && env::var_os("UPDATE").is_some() {
        fs::write(&file, &want).unwrap();
    }
    assert_eq!(text, want, "UPDATE=1 writes it anew");
}

fn rules() -> String {
    let row = |rule: &log_athena::lint::Rule| {
        let severity = match rule.severity {
            Severity::Wrong => "wrong",
            Severity::Advice => "advice",
        };
        format!("| `{}` | {severity} | {} | {} |\n", rule.name, rule.finds, rule.why)
    };
    let rows: Vec<String> = RULES.iter().map(row).collect();
    format!("| rule | | finds | why |\n|---|---|---|---|\n{}", rows.concat())
}
