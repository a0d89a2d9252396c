//! Counts, in memory that the number of targets has no part in.

use std::collections::BTreeMap;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::histogram::Histogram;
use crate::journal::Entry;
use crate::outcome::{Cause, Outcome, Pass};
use crate::report::{Cell, Example, Problem};
use crate::wish::Wish;

/// How many examples of a problem are kept.
const EXAMPLES: usize = 5;

type Counts = [u64; Outcome::ALL.len()];

/// What was counted so far.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Tally {
    #[serde(with = "pairs")]
    cells: BTreeMap<(usize, Wish), Count>,
    #[serde(with = "pairs")]
    problems: BTreeMap<(Outcome, Cause), (u64, Vec<Found>)>,
    requests: u64,
    first_ends_in: Option<u64>,
}

#[derive(Clone, Debug, Default, Serialize, Deserialize)]
struct Count {
    fill: Counts,
    verify: Counts,
    /// Of the second pass, what was good in the first: what the first says of it counts no more.
    bytes: u64,
    origin: u64,
    before: Histogram,
    after: Histogram,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
struct Found {
    place: usize,
    url: String,
    wish: Wish,
    detail: String,
}

impl Tally {
    /// Counts an answer, for which so many requests were made.
    pub fn add(&mut self, entry: &Entry, wish: Wish, url: &str, requests: u64) {
        self.requests += requests;
        let cell = self.cells.entry((entry.l, wish)).or_default();
        cell.add(entry);
        if let Some(cause) = entry.verdict.cause {
            let key = (entry.verdict.outcome, cause);
            let (count, examples) = self.problems.entry(key).or_default();
            *count += 1;
            if examples.len() < EXAMPLES {
                let (url, detail) = (url.to_owned(), entry.verdict.detail.clone());
                examples.push(Found { place: entry.l, url, wish, detail });
            }
        } else if let Some(left) = entry.e {
            self.first_ends_in = Some(self.first_ends_in.map_or(left, |first| first.min(left)));
        }
    }

    /// Adds what was counted of other targets of the same plan.
    pub fn merge(&mut self, other: Self) {
        self.requests += other.requests;
        for (key, count) in other.cells {
            self.cells.entry(key).or_default().merge(&count);
        }
        for (key, (count, found)) in other.problems {
            let (sum, examples) = self.problems.entry(key).or_default();
            *sum += count;
            let room = EXAMPLES.saturating_sub(examples.len());
            examples.extend(found.into_iter().take(room));
        }
        self.first_ends_in = [self.first_ends_in, other.first_ends_in].into_iter().flatten().min();
    }

    /// Requests that were made.
    pub fn requests(&self) -> u64 {
        self.requests
    }

    /// Bytes of bodies.
    pub fn bytes(&self) -> u64 {
        self.cells.values().map(|cell| cell.bytes).sum()
    }

    pub(super) fn first_ends_in(&self) -> Option<u64> {
        self.first_ends_in
    }

    pub(super) fn hot(&self, total: u64) -> f64 {
        let hot: f64 = self.cells.values().map(Count::hot).sum();
        if total == 0 { 1.0 } else { hot / total as f64 }
    }

    pub(super) fn outcomes(&self) -> BTreeMap<Outcome, u64> {
        let mut sums = Counts::default();
        for cell in self.cells.values() {
            for (sum, count) in sums.iter_mut().zip(cell.last()) {
                *sum += count;
            }
        }
        named(&sums)
    }

    pub(super) fn matrix(&self, name: &dyn Fn(usize) -> String) -> Vec<Cell> {
        let of = |(&(place, wish), count): (&(usize, Wish), &Count)| Cell {
            location: name(place),
            wish,
            fill: named(&count.fill),
            verify: named(&count.verify),
            hot: count.hot() / (count.fill.iter().sum::<u64>().max(1) as f64),
            origin_requests: count.origin,
            bytes: count.bytes,
            ttfb_before_ms: count.before.median_ms(),
            ttfb_after_ms: count.after.median_ms(),
        };
        self.cells.iter().map(of).collect()
    }

    pub(super) fn problems(&self, name: &dyn Fn(usize) -> String) -> Vec<Problem> {
        let of = |(&(outcome, cause), (count, found)): (&(Outcome, Cause), &(u64, Vec<Found>))| {
            let example = |found: &Found| Example {
                location: name(found.place),
                url: found.url.clone(),
                wish: found.wish,
                detail: found.detail.clone(),
            };
            let advice = cause.advice(outcome).to_owned();
            let examples = found.iter().map(example).collect();
            Problem { outcome, cause, count: *count, advice, examples }
        };
        let mut problems: Vec<_> = self.problems.iter().map(of).collect();
        problems.sort_by_key(|problem| std::cmp::Reverse(problem.count));
        problems
    }
}

impl Count {
    fn add(&mut self, entry: &Entry) {
        let outcome = entry.verdict.outcome;
        let time = Duration::from_micros(entry.t);
        self.bytes += entry.b;
        match entry.p {
            Pass::Fill => {
                self.fill[outcome.index()] += 1;
                self.origin += u64::from(entry.o);
                if outcome == Outcome::Warmed {
                    self.before.add(time);
                }
            }
            Pass::Verify => {
                self.verify[outcome.index()] += 1;
                if outcome == Outcome::Hit {
                    self.after.add(time);
                }
            }
        }
    }

    fn merge(&mut self, other: &Self) {
        let sums = self.fill.iter_mut().zip(other.fill);
        let sums = sums.chain(self.verify.iter_mut().zip(other.verify));
        for (sum, count) in sums {
            *sum += count;
        }
        self.bytes += other.bytes;
        self.origin += other.origin;
        self.before.merge(&other.before);
        self.after.merge(&other.after);
    }

    /// How many are in the cache: those that the first pass found or put there, by the share of them
    /// that the second found.
    fn hot(&self) -> f64 {
        let good = Outcome::ALL.iter().filter(|it| it.is_good()).map(|it| self.fill[it.index()]);
        let good = good.sum::<u64>() as f64;
        let verified: u64 = self.verify.iter().sum();
        if verified == 0 {
            return good;
        }
        good * self.verify[Outcome::Hit.index()] as f64 / verified as f64
    }

    /// Of each target the last outcome: the second pass asks only for what the first found good, and
    /// what was warmed before was a hit now.
    fn last(&self) -> Counts {
        let mut last = self.fill;
        let mut verified: u64 = self.verify.iter().sum();
        for outcome in [Outcome::Warmed, Outcome::Hit] {
            let taken = last[outcome.index()].min(verified);
            last[outcome.index()] -= taken;
            verified -= taken;
        }
        for (last, count) in last.iter_mut().zip(self.verify) {
            *last += count;
        }
        last
    }
}

fn named(counts: &Counts) -> BTreeMap<Outcome, u64> {
    let all = Outcome::ALL.into_iter().zip(*counts);
    all.filter(|(_, count)| *count > 0).collect()
}

/// Maps whose keys are no texts, as lists of pairs.
mod pairs {
    use std::collections::BTreeMap;

    use serde::{Deserialize, Deserializer, Serialize, Serializer};

    pub(super) fn serialize<K: Serialize, V: Serialize, S: Serializer>(
        map: &BTreeMap<K, V>,
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(map)
    }

    pub(super) fn deserialize<'de, K, V, D>(deserializer: D) -> Result<BTreeMap<K, V>, D::Error>
    where
        K: Deserialize<'de> + Ord,
        V: Deserialize<'de>,
        D: Deserializer<'de>,
    {
        Ok(Vec::<(K, V)>::deserialize(deserializer)?.into_iter().collect())
    }
}

/// Times of all cells together, for the head of a page.
pub(super) fn medians(cells: &[Cell]) -> (Option<f64>, Option<f64>) {
    let median = |of: fn(&Cell) -> Option<f64>| {
        let mut all: Vec<_> = cells.iter().filter_map(of).collect();
        all.sort_by(f64::total_cmp);
        all.get(all.len() / 2).copied()
    };
    (median(|cell| cell.ttfb_before_ms), median(|cell| cell.ttfb_after_ms))
}
