//! docs/athena.md has the rules and failures that the code has. `UPDATE=1` writes it anew, and fails
//! so that a person looks.

use std::env;
use std::fs;
use std::path::Path;

use log_athena::FAILURES;
use log_athena::lint::{RULES, Severity};

#[test]
fn the_tables_of_the_page_are_those_of_the_code() {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/athena.md");
    let text = fs::read_to_string(&file).unwrap();
    let mut want = text.clone();
    for (name, table) in [("rules", rules()), ("failures", failures())] {
        let (begin, end) = (format!("<!-- {name} -->\n"), format!("<!-- end of {name} -->"));
        let (before, rest) = want.split_once(begin.as_str()).unwrap();
        let (_, after) = rest.split_once(end.as_str()).unwrap();
        want = format!("{before}{begin}{table}{end}{after}");
    }
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

fn failures() -> String {
    let row =
        |it: &log_athena::Failure| format!("| `{}` | {} | {} |\n", it.pattern, it.means, it.advice);
    let rows: Vec<String> = FAILURES.iter().map(row).collect();
    format!("| its reason has | it means | what to do |\n|---|---|---|\n{}", rows.concat())
}
