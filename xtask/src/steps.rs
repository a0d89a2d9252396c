//! Steps one after the other, each announced and timed; the first that fails is the last.

use std::time::{Duration, Instant};

use crate::exit::{Exit, say};

/// One check.
pub(crate) struct Step<'a> {
    /// What it is called.
    pub(crate) name: &'static str,
    /// What to do where it fails.
    pub(crate) advice: &'static str,
    /// Does it.
    pub(crate) work: Box<dyn FnOnce() -> anyhow::Result<Outcome> + 'a>,
}

/// What a step that did not fail comes to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Outcome {
    /// It holds.
    Passed,
    /// It was not tried, for this reason.
    Skipped(String),
    /// It could not be tried, and all of what follows must not be either.
    Missing,
}

/// Runs the steps in order up to the first that fails, then says how each went.
pub(crate) fn run(steps: Vec<Step<'_>>) -> Exit {
    let count = steps.len();
    let mut summary = Vec::new();
    let mut exit = Exit::Done;
    for (number, step) in steps.into_iter().enumerate() {
        if exit != Exit::Done {
            summary.push(row("not run", None, step.name));
            continue;
        }
        say(format_args!("\n[{}/{count}] {}", number + 1, step.name));
        let start = Instant::now();
        let outcome = (step.work)();
        let time = Some(start.elapsed());
        let word = match outcome {
            Ok(Outcome::Passed) => "ok",
            Ok(Outcome::Skipped(reason)) => {
                say(format_args!("skipped: {reason}"));
                "skipped"
            }
            Ok(Outcome::Missing) => {
                exit = Exit::Error;
                "missing"
            }
            Err(error) => {
                exit = Exit::Failed;
                say(format_args!("\nfailed: {error:#}\nnext: {}", step.advice));
                "FAILED"
            }
        };
        summary.push(row(word, time, step.name));
    }
    say(format_args!("\n{}", summary.join("\n")));
    exit
}

fn row(word: &str, time: Option<Duration>, name: &str) -> String {
    let time = time.map_or_else(String::new, |time| format!("{:.1} s", time.as_secs_f64()));
    format!("{word:<8}{time:>9}  {name}")
}

#[cfg(test)]
mod tests {
    use std::cell::RefCell;

    use anyhow::bail;

    use super::*;

    #[test]
    fn the_first_failure_is_the_last_step() {
        type Outcomes = [fn() -> anyhow::Result<Outcome>; 3];
        let passed = || Ok(Outcome::Passed);
        let cases: [(Outcomes, Exit, &[usize]); 4] = [
            ([passed, passed, passed], Exit::Done, &[0, 1, 2]),
            ([passed, || Ok(Outcome::Skipped("why".into())), passed], Exit::Done, &[0, 1, 2]),
            ([passed, || bail!("no"), passed], Exit::Failed, &[0, 1]),
            ([|| Ok(Outcome::Missing), passed, passed], Exit::Error, &[0]),
        ];
        for (outcomes, want, want_ran) in cases {
            let ran = RefCell::new(Vec::new());
            let steps = outcomes.into_iter().enumerate().map(|(index, outcome)| {
                let ran = &ran;
                let work = Box::new(move || {
                    ran.borrow_mut().push(index);
                    outcome()
                });
                Step { name: "a step", advice: "mend it", work }
            });
            assert_eq!(run(steps.collect()), want);
            assert_eq!(*ran.borrow(), want_ran);
        }
    }

    #[test]
    fn a_row_shows_result_time_and_name() {
        let time = Some(Duration::from_millis(12_340));
        assert_eq!(row("ok", time, "format"), "ok         12.3 s  format");
        assert_eq!(row("not run", None, "docs"), "not run            docs");
    }
}
