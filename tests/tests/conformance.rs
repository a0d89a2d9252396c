//! `cases/*.toml`: what a URL gives, as the documentation of the two URL languages says.

use std::collections::BTreeSet;
use std::path::Path;

use tests::case::{self, Case};
use tests::parallel;

fn cases() -> Vec<(String, Case)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("cases");
    case::read_folder(&folder).unwrap_or_else(|error| panic!("{error:#}"))
}

#[test]
fn every_case_holds() {
    let cases = cases();
    assert!(cases.len() >= 120, "{} cases: some file is not read", cases.len());
    let failures: Vec<String> = parallel::map(cases, |(file, case)| {
        let wrong = case.check();
        (!wrong.is_empty())
            .then(|| format!("{file}: {}\n  {}\n  {}", case.name, case.url, wrong.join("\n  ")))
    })
    .into_iter()
    .flatten()
    .collect();
    assert!(failures.is_empty(), "{} cases fail\n\n{}\n", failures.len(), failures.join("\n\n"));
}

#[test]
fn no_two_cases_have_one_name() {
    let mut seen = BTreeSet::new();
    for (file, case) in cases() {
        assert!(seen.insert(case.name.clone()), "{file}: {}", case.name);
    }
}
