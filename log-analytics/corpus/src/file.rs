//! A file: which of its lines are new rows, rows again or no rows at all, and the bytes that come of it.

use std::collections::VecDeque;

use jiff::Timestamp;

use crate::draw::{Draw, count, mixed};
use crate::format::{Cell, Format};
use crate::request::{Pools, Request, Requests};
use crate::sites::Distribution;
use crate::traffic::Slot;
use crate::truth::{Sums, Truth};
use crate::write::{LineWriter, gzip};

/// A file of a corpus.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CorpusFile {
    /// Its name with folders, as CloudFront gives it below a folder for each format.
    pub name: String,
    /// What is in it, packed.
    pub bytes: Vec<u8>,
    /// Bytes of its text, unpacked.
    pub text_bytes: u64,
    /// When it was put there: minutes after its hour, or up to a day.
    pub delivered: Timestamp,
    /// How its lines are written.
    pub format: Format,
    /// What a reader has to find in it.
    pub truth: Truth,
}

/// A row comes again at most so many rows later.
const REMEMBERED: usize = 64;

/// Sources of chance of a file, which do not disturb each other: a file's rows can be written again
/// without what else is in it.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Stream {
    Kinds = 1,
    Rows = 2,
    Damage = 3,
    Delivery = 4,
}

impl Stream {
    pub(crate) fn of(self, seed: u64, file: usize) -> Draw {
        Draw::new(seed, (file as u64) << 3 | self as u64)
    }
}

/// All that a file comes of.
#[derive(Debug)]
pub(crate) struct FilePlan<'a> {
    pub(crate) seed: u64,
    pub(crate) nth: usize,
    pub(crate) lines: u64,
    pub(crate) first_line: u64,
    /// The other file of the slot, and its first line, where its rows may come again here.
    pub(crate) sibling: Option<(usize, u64)>,
    pub(crate) format: Format,
    pub(crate) slot: &'a Slot,
    pub(crate) distribution: &'a Distribution,
    pub(crate) pools: &'a Pools,
    /// Lines of 1,000,000 that are no rows, and that are rows again.
    pub(crate) broken: u32,
    pub(crate) repeated: u32,
    pub(crate) level: u8,
    pub(crate) delivered: Timestamp,
    pub(crate) is_late: bool,
}

/// What a line is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    New,
    Again,
    AgainFromSibling,
    CutOff,
    NotUtf8,
    Timeless,
}

impl FilePlan<'_> {
    /// THE SPINE: kinds of lines -> lines -> members -> a file.
    pub(crate) fn write(&self) -> CorpusFile {
        let mut kinds = self.kinds(self.nth);
        let mut lines = Lines::new(self);
        let mut bytes = Vec::new();
        let mut text_bytes = 0;
        let members = self.format.members();
        for member in 0..members {
            lines.text.extend_from_slice(lines.writer.header().as_bytes());
            let (from, to) = (self.lines * member / members, self.lines * (member + 1) / members);
            for line in from..to {
                lines.push(if line == 0 { Kind::New } else { self.kind(&mut kinds) });
            }
            text_bytes += lines.text.len() as u64;
            if self.format.is_packed() {
                gzip(&lines.text, self.level, &mut bytes);
            } else {
                bytes.extend_from_slice(&lines.text);
            }
            lines.begin_text();
        }
        CorpusFile {
            name: self.format.file_name(self.slot, self.distribution, self.unique()),
            bytes,
            text_bytes,
            delivered: self.delivered,
            format: self.format,
            truth: lines.truth(self),
        }
    }

    fn kinds(&self, file: usize) -> Draw {
        Stream::Kinds.of(self.seed, file)
    }

    fn rows(&self, file: usize, first_line: u64) -> Requests<'_> {
        let draw = Stream::Rows.of(self.seed, file);
        Requests::new(self.pools, self.slot, self.distribution, draw, first_line)
    }

    fn kind(&self, draw: &mut Draw) -> Kind {
        let chance = draw.below(1_000_000);
        if chance < self.broken {
            [Kind::CutOff, Kind::NotUtf8, Kind::Timeless][(chance % 3) as usize]
        } else if chance - self.broken < self.repeated {
            if chance.is_multiple_of(2) { Kind::Again } else { Kind::AgainFromSibling }
        } else {
            Kind::New
        }
    }

    /// How many rows the sibling has that are its own.
    fn rows_of_sibling(&self) -> u64 {
        let Some((sibling, first_line)) = self.sibling else { return 0 };
        let mut kinds = self.kinds(sibling);
        let others = (first_line + 1..self.first_line).map(|_| self.kind(&mut kinds));
        1 + others.filter(|kind| *kind == Kind::New).count() as u64
    }

    fn unique(&self) -> u64 {
        mixed(self.seed ^ mixed(self.nth as u64))
    }
}

/// The lines of a file, as they are written.
struct Lines<'a> {
    writer: LineWriter,
    text: Vec<u8>,
    rows: Requests<'a>,
    /// The sibling's rows from its first on, and how many are left.
    again: Option<(Requests<'a>, u64)>,
    /// Requests that broken lines are made of.
    broken: Requests<'a>,
    damage: Draw,
    /// The last rows.
    last: VecDeque<Row>,
    truth: Truth,
    /// Sums of each site of the distribution.
    sites: Vec<Sums>,
    has_id: bool,
    has_detail: bool,
}

/// A row that was written.
#[derive(Clone, Copy)]
struct Row {
    begin: usize,
    end: usize,
    site: usize,
    bytes: u64,
    status: u16,
    detail: &'static str,
}

impl<'a> Lines<'a> {
    fn new(plan: &'a FilePlan<'a>) -> Self {
        let writer = LineWriter::new(plan.format);
        let again = plan
            .sibling
            .map(|(sibling, first_line)| (plan.rows(sibling, first_line), plan.rows_of_sibling()));
        let damage = Stream::Damage.of(plan.seed, plan.nth);
        let of_broken = Stream::Damage.of(!plan.seed, plan.nth);
        Self {
            text: Vec::new(),
            rows: plan.rows(plan.nth, plan.first_line),
            again,
            broken: Requests::new(plan.pools, plan.slot, plan.distribution, of_broken, 1),
            damage,
            last: VecDeque::with_capacity(REMEMBERED),
            truth: Truth::default(),
            sites: vec![Sums::default(); plan.distribution.sites.len()],
            has_id: writer.has(Cell::Id),
            has_detail: writer.has(Cell::Detail),
            writer,
        }
    }

    fn push(&mut self, kind: Kind) {
        match kind {
            Kind::New => self.new_row(),
            Kind::Again => self.again(),
            Kind::AgainFromSibling => self.again_from_sibling(),
            Kind::CutOff | Kind::NotUtf8 | Kind::Timeless => self.no_row(kind),
        }
        self.text.push(b'\n');
    }

    fn new_row(&mut self) {
        let request = self.rows.next();
        let row = self.row(&request);
        self.count(&row, true);
        if self.last.len() == REMEMBERED {
            self.last.pop_front();
        }
        self.last.push_back(row);
    }

    fn row(&mut self, request: &Request<'_>) -> Row {
        let begin = self.text.len();
        self.writer.line(request, &mut self.text);
        Row {
            begin,
            end: self.text.len(),
            site: request.site,
            bytes: request.bytes,
            status: request.status,
            detail: request.outcome.detailed,
        }
    }

    /// One of the last rows; none is there only where a member has just begun.
    fn again(&mut self) {
        let Some(row) = (!self.last.is_empty())
            .then(|| self.last[self.damage.below(count(self.last.len())) as usize])
        else {
            return self.new_row();
        };
        self.text.extend_from_within(row.begin..row.end);
        self.count(&row, false);
    }

    fn again_from_sibling(&mut self) {
        let Some((rows, left)) = self.again.as_mut().filter(|(_, left)| *left > 0) else {
            return self.again();
        };
        *left -= 1;
        let request = rows.next();
        let row = self.row(&request);
        self.count(&row, false);
    }

    fn no_row(&mut self, kind: Kind) {
        let begin = self.text.len();
        let mut request = self.broken.next();
        request.is_timeless = kind == Kind::Timeless;
        self.writer.line(&request, &mut self.text);
        let broken = &mut self.truth.broken;
        match kind {
            Kind::CutOff => {
                broken.truncated += 1;
                let line = &self.text[begin..];
                // Behind a column that is not the last, or within an object.
                let end = if line[0] == b'{' { b',' } else { b'\t' };
                let ends: Vec<usize> = (1..line.len()).filter(|&at| line[at] == end).collect();
                self.text.truncate(begin + *self.damage.one_of(&ends));
            }
            Kind::NotUtf8 => {
                broken.not_utf8 += 1;
                let length = count(self.text.len() - begin);
                let at = begin + self.damage.below(length) as usize;
                // No byte of UTF-8 has all its bits set.
                self.text[at] = 0xff;
            }
            _ => broken.timeless += 1,
        }
    }

    fn count(&mut self, row: &Row, is_new: bool) {
        let sums = &mut self.sites[row.site];
        sums.rows += 1;
        sums.bytes += row.bytes;
        if is_new {
            sums.requests += 1;
            sums.request_bytes += row.bytes;
        } else {
            self.truth.repeated_rows += 1;
        }
        *self.truth.statuses.entry(row.status).or_default() += 1;
        if self.has_detail {
            *self.truth.details.entry(row.detail).or_default() += 1;
        }
    }

    /// Another member begins, with a text of its own.
    fn begin_text(&mut self) {
        self.text.clear();
        self.last.clear();
    }

    fn truth(self, plan: &FilePlan<'_>) -> Truth {
        let mut truth = self.truth;
        let tells_host = self.writer.has(Cell::Host);
        for (site, sums) in plan.distribution.sites.iter().zip(self.sites) {
            truth.rows += sums.rows;
            truth.ids += if self.has_id { sums.requests } else { 0 };
            let host = if tells_host { &site.host } else { &plan.distribution.domain };
            if sums.rows > 0 {
                *truth.hosts.entry(host.clone()).or_default() += sums;
            }
        }
        truth.files = 1;
        truth.late_files = u64::from(plan.is_late);
        truth.late_rows = if plan.is_late { truth.rows } else { 0 };
        truth.rows_without_id = if self.has_id { 0 } else { truth.rows };
        truth
    }
}
