//! What a part of a run counted: parts add up to one report, whoever warmed them.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::plan::Plan;
use crate::report::{self, Report, Run, Tally};

/// Why a run ended early.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Stop {
    /// Its time is over: another may go on from its journal.
    Time,
    /// A limit was reached, in words.
    Limit(String),
}

impl Stop {
    fn told(self) -> String {
        match self {
            Self::Time => "its time was over".to_owned(),
            Self::Limit(limit) => limit,
        }
    }
}

/// What a part of a run counted.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Part {
    /// Answers.
    pub tally: Tally,
    /// How long it took.
    pub seconds: f64,
    /// Locations that were given up, by their places in the plan, and why.
    pub given_up: BTreeMap<usize, String>,
    /// Why it ended early, if it did.
    pub stopped: Option<Stop>,
}

impl Part {
    /// Adds a part of the same plan with other targets. It was warmed at the same time: the longer one
    /// tells how long both took.
    pub fn add(&mut self, other: Self) {
        self.tally.merge(other.tally);
        self.seconds = self.seconds.max(other.seconds);
        for (place, why) in other.given_up {
            self.given_up.entry(place).or_insert(why);
        }
        self.stopped = self.stopped.take().or(other.stopped);
    }

    /// The report, of a plan with all the targets; `started` is when the run began.
    pub fn report(self, plan: &Plan, started: String) -> Report {
        let Self { tally, seconds, given_up, stopped } = self;
        let stopped = stopped.map(Stop::told);
        report::report(plan, &tally, Run { started, seconds, given_up, stopped })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::journal::Entry;
    use crate::outcome::{Cause, Outcome, Pass, Verdict};
    use crate::plan::Places;
    use crate::wish::Wish;

    fn entry(number: u64, pass: Pass, outcome: Outcome) -> Entry {
        let cause = (outcome == Outcome::Missing).then_some(Cause::Status);
        let verdict = Verdict { outcome, cause, detail: "d".to_owned() };
        Entry { l: 0, n: number, p: pass, verdict, b: 10, t: 1_000, o: true, e: Some(60 + number) }
    }

    fn part(entries: &[Entry]) -> Part {
        let mut part = Part { seconds: 1.0, ..Part::default() };
        for entry in entries {
            part.tally.add(entry, Wish::Plain, &format!("https://a.example/{}", entry.n), 1);
        }
        part
    }

    #[test]
    fn parts_come_to_what_the_whole_does_also_through_json() {
        let all = [
            entry(0, Pass::Fill, Outcome::Warmed),
            entry(0, Pass::Verify, Outcome::Hit),
            entry(1, Pass::Fill, Outcome::Missing),
            entry(2, Pass::Fill, Outcome::Hit),
            entry(2, Pass::Verify, Outcome::Hit),
            entry(3, Pass::Fill, Outcome::Missing),
        ];
        let plan =
            Plan { targets: 4, pictures: 0, places: Places::Direct, waves: vec![], verify: 1.0 };
        let mut sum = Part::default();
        for entries in all.chunks(2) {
            let text = serde_json::to_string(&part(entries)).unwrap();
            sum.add(serde_json::from_str(&text).unwrap());
        }
        let whole = part(&all).report(&plan, String::new());
        assert_eq!(sum.report(&plan, String::new()), whole);
        assert!((whole.hot - 0.5).abs() < 1e-9);
        assert_eq!(whole.problems[0].examples.len(), 2);
    }
}
