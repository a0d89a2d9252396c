//! What a corpus is to be like, and the plan of its files that comes of it.

use jiff::civil::{Date, date};

use crate::draw::{Draw, count};
use crate::file::{CorpusFile, FilePlan, Stream};
use crate::format::Format;
use crate::request::Pools;
use crate::sites::{Distribution, distributions};
use crate::traffic::{Slot, delivered, slots};

/// What a corpus is to be like. The same values give the same files on every machine.
#[derive(Clone, Debug, PartialEq)]
pub struct Corpus {
    /// What chance begins with. Default: `1`.
    pub seed: u64,
    /// Shops, five behind each distribution, fewer where there are fewer files. Default: `200`.
    pub sites: usize,
    /// The first day. The sale begins on it at 10:00 UTC. Default: `2026-11-27`.
    pub first_day: Date,
    /// Days that files are of. Default: `1`.
    pub days: usize,
    /// Lines of all files, headers aside. A file has one at least. Default: `100_000`.
    pub lines: u64,
    /// Files. Two of them in turn are of the same hour and distribution. Default: `60`.
    pub files: usize,
    /// Formats that hours are dealt in turn. Default: [`Format::ALL`].
    pub formats: Vec<Format>,
    /// Files that are delivered 2 to 24 hours late, 0 to 1. Default: `0.1`.
    pub late_share: f64,
    /// Lines that repeat a row, half of them one of the file before, 0 to 1. Default: `0.02`.
    pub duplicate_share: f64,
    /// Lines that are no rows, 0 to 1. Default: `0.001`.
    pub broken_share: f64,
    /// How hard gzip tries, 1 to 12; another level gives other bytes and the same text. Default: `6`.
    pub level: u8,
}

impl Default for Corpus {
    fn default() -> Self {
        Self {
            seed: 1,
            sites: 200,
            first_day: date(2026, 11, 27),
            days: 1,
            lines: 100_000,
            files: 60,
            formats: Format::ALL.to_vec(),
            late_share: 0.1,
            duplicate_share: 0.02,
            broken_share: 0.001,
            level: 6,
        }
    }
}

impl Corpus {
    /// Plans the files, of which each can then be written without the others.
    pub fn plan(&self) -> Plan {
        let mut draw = Draw::new(self.seed, 0);
        let many_slots = self.files.div_ceil(2).max(1);
        let distributions = distributions(self.seed, self.sites, many_slots);
        let slots = slots(&mut draw, self.first_day, self.days, &distributions, many_slots);
        let first_lines = first_lines(&mut draw, self.lines, self.files);
        Plan { corpus: self.clone(), distributions, slots, first_lines, pools: Pools::new() }
    }

    fn format(&self, slot: usize) -> Format {
        let formats = if self.formats.is_empty() { &Format::ALL[..] } else { &self.formats };
        formats[slot % formats.len()]
    }
}

/// The number of each file's first line, and behind them that of all lines.
fn first_lines(draw: &mut Draw, lines: u64, files: usize) -> Vec<u64> {
    // Files are between half and one and a half times the mean.
    let weights: Vec<u32> = (0..files).map(|_| draw.between(50, 150)).collect();
    let sum: u64 = weights.iter().map(|&weight| u64::from(weight)).sum();
    let spare = u128::from(lines.saturating_sub(files as u64));
    let mut before = 0_u64;
    let mut first_lines = vec![0];
    for (nth, weight) in weights.into_iter().enumerate() {
        before += u64::from(weight);
        let share = spare * u128::from(before) / u128::from(sum);
        // A file has one line, and its share of the rest.
        first_lines.push(u64::try_from(share).unwrap_or(u64::MAX) + nth as u64 + 1);
    }
    first_lines
}

/// A corpus whose files are known, and not yet written.
#[derive(Debug)]
pub struct Plan {
    corpus: Corpus,
    distributions: Vec<Distribution>,
    slots: Vec<Slot>,
    first_lines: Vec<u64>,
    pools: Pools,
}

impl Plan {
    /// How many files there are.
    pub fn len(&self) -> usize {
        self.first_lines.len() - 1
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The hosts of all sites.
    pub fn hosts(&self) -> impl Iterator<Item = &str> {
        self.distributions.iter().flat_map(|it| it.sites.iter().map(|site| site.host.as_str()))
    }

    /// Writes all files, one after the other.
    pub fn files(&self) -> impl Iterator<Item = CorpusFile> {
        (0..self.len()).filter_map(|nth| self.file(nth))
    }

    /// Writes a file; `None` beyond the last. Files can be written in any order, and beside each other.
    pub fn file(&self, nth: usize) -> Option<CorpusFile> {
        let lines = self.first_lines.get(nth + 1)? - self.first_lines[nth];
        let slot = &self.slots[nth / 2];
        let corpus = &self.corpus;
        let late = millionths(corpus.late_share);
        let is_late = (nth as u64 + 1) * late / 1_000_000 > nth as u64 * late / 1_000_000;
        // The file before is of the same hour where this is the second of the two.
        let sibling = (nth % 2 == 1).then(|| nth - 1);
        let plan = FilePlan {
            seed: corpus.seed,
            nth,
            lines,
            first_line: self.first_lines[nth],
            sibling: sibling.map(|it| (it, self.first_lines[it])),
            format: corpus.format(nth / 2),
            slot,
            distribution: &self.distributions[slot.distribution],
            pools: &self.pools,
            broken: count_of(millionths(corpus.broken_share)),
            repeated: count_of(millionths(corpus.duplicate_share)),
            level: corpus.level,
            delivered: delivered(&mut Stream::Delivery.of(corpus.seed, nth), slot, is_late),
            is_late,
        };
        Some(plan.write())
    }
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "what is between 0 and 1 becomes 0 to 1,000,000"
)]
fn millionths(share: f64) -> u64 {
    (share.clamp(0.0, 1.0) * 1_000_000.0) as u64
}

fn count_of(millionths: u64) -> u32 {
    count(usize::try_from(millionths).unwrap_or(usize::MAX))
}
