//! What is done and what is left: the journal, and all that is counted, in one place.

use std::collections::BTreeMap;
use std::fs::File;
use std::time::Duration;

use rust_decimal::Decimal;

use crate::journal::{Entry, Journal, JournalError, JournalFolder};
use crate::outcome::{Outcome, Pass};
use crate::part::Stop;
use crate::plan::{Plan, Price};
use crate::report::Tally;
use crate::run::{Budget, WarmError, Watch};
use crate::spool::Spool;
use crate::variants::Target;

/// How far a run is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Progress {
    /// Answers so far, of both passes.
    pub done: u64,
    /// Answers that there will be, at the most.
    pub expected: u64,
    /// Of those so far, hits.
    pub hits: u64,
    /// Of those so far, neither hits nor warmed.
    pub bad: u64,
    /// Bytes of bodies so far.
    pub bytes: u64,
}

/// A bit for each target.
#[derive(Clone, Debug, Default)]
struct Bits(Vec<u64>);

impl Bits {
    fn has(&self, number: u64) -> bool {
        let (word, bit) = place(number);
        self.0.get(word).is_some_and(|word| word & bit != 0)
    }

    fn set(&mut self, number: u64) {
        let (word, bit) = place(number);
        if word >= self.0.len() {
            self.0.resize(word + 1, 0);
        }
        if let Some(word) = self.0.get_mut(word) {
            *word |= bit;
        }
    }
}

fn place(number: u64) -> (usize, u64) {
    (usize::try_from(number / 64).unwrap_or(usize::MAX - 1), 1 << (number % 64))
}

/// What is known of a location: 3 bits for each target.
#[derive(Clone, Debug, Default)]
struct Known {
    filled: Bits,
    good: Bits,
    verified: Bits,
}

pub(crate) struct Ledger {
    journal: Option<Journal>,
    known: Vec<Known>,
    tally: Tally,
    progress: Progress,
    asked: u64,
    dollars: Decimal,
    given_up: BTreeMap<usize, String>,
    stopped: Option<Stop>,
    watch: Watch,
}

impl Ledger {
    /// Goes on where the folder's run stopped, or begins.
    pub(crate) fn open(
        plan: &Plan,
        spool: &Spool,
        folder: Option<&JournalFolder>,
        watch: Watch,
    ) -> Result<Self, WarmError> {
        let places = plan.names().len();
        let once = plan.targets.saturating_mul(places as u64);
        let expected = if plan.verify > 0.0 { once.saturating_mul(2) } else { once };
        let mut ledger = Self {
            journal: None,
            known: vec![Known::default(); places],
            tally: Tally::default(),
            progress: Progress { expected, ..Progress::default() },
            asked: 0,
            dollars: Decimal::ZERO,
            given_up: BTreeMap::new(),
            stopped: None,
            watch,
        };
        ledger.journal = match folder {
            None => None,
            Some(folder) if folder.is_unfinished() => Some(ledger.resume(spool, folder)?),
            Some(folder) => Some(folder.begin(plan)?),
        };
        Ok(ledger)
    }

    /// Counts what was done. Entries come in the order in which they were noted, targets are read in
    /// theirs: where the two part, the list is read again from its beginning.
    fn resume(&mut self, spool: &Spool, folder: &JournalFolder) -> Result<Journal, WarmError> {
        let mut examples = Vec::new();
        let journal = folder.resume(&mut |entry| {
            self.mark(&entry);
            examples.push(entry);
        })?;
        examples.sort_by_key(|entry| entry.n);
        let mut targets = spool.targets()?.enumerate();
        let mut current: Option<(u64, Target)> = None;
        for entry in &examples {
            while current.as_ref().is_none_or(|(number, _)| *number < entry.n) {
                let Some((number, target)) = targets.next() else { break };
                current = Some((number as u64, target?));
            }
            if let Some((_, target)) = current.as_ref().filter(|(number, _)| *number == entry.n) {
                self.tally.add(entry, target.wish, &target.url, 1);
                self.count(entry);
            }
        }
        self.asked = self.progress.done;
        Ok(journal)
    }

    pub(crate) fn handle(&self) -> Result<Option<File>, JournalError> {
        self.journal.as_ref().map(Journal::handle).transpose()
    }

    /// Whether there is anything left to do at a location.
    pub(crate) fn goes_on(&self, place: usize) -> bool {
        self.stopped.is_none() && !self.given_up.contains_key(&place)
    }

    pub(crate) fn is_done(&self, place: usize, pass: Pass, number: u64) -> bool {
        self.known.get(place).is_some_and(|known| match pass {
            Pass::Fill => known.filled.has(number),
            Pass::Verify => known.verified.has(number),
        })
    }

    /// Whether the first pass left a target in the cache.
    pub(crate) fn is_good(&self, place: usize, number: u64) -> bool {
        self.known.get(place).is_some_and(|known| known.good.has(number))
    }

    /// Takes a request of the budget; no where there is none left.
    pub(crate) fn may_ask(&mut self, budget: &Budget, gone: Duration) -> bool {
        if self.stopped.is_some() {
            return false;
        }
        let limit = |limit: String| Some(Stop::Limit(limit));
        self.stopped = match budget {
            Budget { time: Some(most), .. } if gone >= *most => Some(Stop::Time),
            Budget { requests: Some(most), .. } if self.asked >= *most => {
                limit(format!("{most} requests were made, which is the limit"))
            }
            Budget { bytes: Some(most), .. } if self.progress.bytes >= *most => {
                limit(format!("{most} bytes have come, which is the limit"))
            }
            Budget { dollars: Some(most), .. } if self.dollars >= *most => {
                limit(format!("{most} dollars were spent, which is the limit"))
            }
            _ => None,
        };
        self.asked += u64::from(self.stopped.is_none());
        self.stopped.is_none()
    }

    /// Ends the run though there is something left of the budget: its time would be over before the
    /// request that was allowed could be made.
    pub(crate) fn stop_in_time(&mut self) {
        self.asked = self.asked.saturating_sub(1);
        self.stopped.get_or_insert(Stop::Time);
    }

    pub(crate) fn give_up(&mut self, place: usize, why: String) {
        self.given_up.entry(place).or_insert(why);
    }

    pub(crate) fn note(
        &mut self,
        entry: &Entry,
        target: &Target,
        requests: u64,
        price: Option<Price>,
    ) -> Result<(), JournalError> {
        if let Some(journal) = &mut self.journal {
            journal.note(entry)?;
        }
        self.mark(entry);
        self.count(entry);
        self.tally.add(entry, target.wish, &target.url, requests);
        self.dollars += price.map(|price| price.of(requests, entry.b)).unwrap_or_default();
        (self.watch)(&self.progress);
        Ok(())
    }

    fn mark(&mut self, entry: &Entry) {
        let Some(known) = self.known.get_mut(entry.l) else { return };
        match entry.p {
            Pass::Fill => {
                known.filled.set(entry.n);
                if entry.verdict.outcome.is_good() {
                    known.good.set(entry.n);
                }
            }
            Pass::Verify => known.verified.set(entry.n),
        }
    }

    fn count(&mut self, entry: &Entry) {
        let outcome = entry.verdict.outcome;
        self.progress.done += 1;
        self.progress.hits += u64::from(outcome == Outcome::Hit);
        self.progress.bad += u64::from(!outcome.is_good());
        self.progress.bytes += entry.b;
    }

    pub(crate) fn tally(&self) -> &Tally {
        &self.tally
    }

    pub(crate) fn given_up(&self) -> &BTreeMap<usize, String> {
        &self.given_up
    }

    pub(crate) fn stopped(&self) -> Option<&Stop> {
        self.stopped.as_ref()
    }
}
