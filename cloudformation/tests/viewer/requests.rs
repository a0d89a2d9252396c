//! Requests of files, each answered as the core would.

use std::collections::BTreeMap;

use crate::agreement::{Agreement, HOST, compare, store};
use crate::cases::{self, Case};
use crate::engine::Engine;

/// Runs cases; gives how many agreed in which way.
fn run(cases: &[(String, Case)]) -> BTreeMap<String, usize> {
    let mut counts = BTreeMap::new();
    let mut faults = Vec::new();
    let mut last: Option<(&Case, Engine)> = None;
    for (name, case) in cases {
        let engine = match last.take() {
            Some((before, engine)) if before.policy == case.policy => engine,
            _ => Engine::new(&store(&case.policy)),
        };
        let answer = engine.answer(HOST, &case.request);
        match compare(&case.request, &case.policy, &answer) {
            Ok(agreement) => *counts.entry(format!("{agreement:?}")).or_default() += 1,
            Err(fault) => faults.push(format!(
                "{name}: {}?{}\n  {}\n  {fault}",
                case.request.path,
                case.request.query.as_deref().unwrap_or_default(),
                answer.line()
            )),
        }
        last = Some((case, engine));
    }
    assert!(faults.is_empty(), "{} of {}:\n{}", faults.len(), cases.len(), faults.join("\n"));
    counts
}

#[test]
fn the_cases_of_this_suite_are_answered_as_the_core_does() {
    let cases = cases::own();
    assert!(cases.len() > 300, "{}", cases.len());
    let counts = run(&cases);
    for agreement in [
        Agreement::Canonical,
        Agreement::Leftover,
        Agreement::Refused,
        Agreement::Passed,
        Agreement::Reserved,
    ] {
        assert!(counts.contains_key(&format!("{agreement:?}")), "{counts:?} lacks {agreement:?}");
    }
}

/// They were not written for the function: how many of them it leaves to the core tells how much of
/// what pages ask for fits in.
#[test]
fn the_cases_of_the_core_are_answered_as_the_core_does() {
    let counts = run(&cases::of_the_core());
    let count = |agreement| counts.get(&format!("{agreement:?}")).copied().unwrap_or_default();
    let (canonical, leftover) = (count(Agreement::Canonical), count(Agreement::Leftover));
    eprintln!("{counts:?}");
    assert!(leftover * 4 < canonical, "{counts:?}");
}
