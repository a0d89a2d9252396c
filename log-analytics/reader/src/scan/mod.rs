//! Where the wanted columns of every line are, found in one pass over the text.
//!
//! 64 bytes at a time become two masks of bits, one of the delimiters and one of the line ends.
//! Columns that nobody wants are counted and not looked at. The masks are made by AVX2 where the
//! processor has it, else by plain code that finds the same ([`masks`]).
#![expect(clippy::inline_always, reason = "the loop has to become one with what makes its masks")]

mod masks;

use masks::Block;

/// Bytes looked at in one step.
const BLOCK: usize = 64;

/// Which columns of a line are wanted.
#[derive(Clone, Debug)]
pub(crate) struct Wanted {
    /// Columns of a line.
    columns: usize,
    /// Ordinals of the delimiters that begin or end a wanted column, rising.
    boundaries: Vec<usize>,
    /// For each wanted column the places of its begin and end within a [`Line`]'s boundaries.
    spans: Vec<(usize, usize)>,
}

impl Wanted {
    /// Wants `columns`, each below `width`, in that order.
    pub(crate) fn new(columns: &[usize], width: usize) -> Self {
        let mut boundaries = Vec::with_capacity(columns.len() * 2);
        for &column in columns {
            if column > 0 {
                boundaries.push(column - 1);
            }
            if column + 1 < width {
                boundaries.push(column);
            }
        }
        boundaries.sort_unstable();
        boundaries.dedup();
        let place = |ordinal: usize| boundaries.partition_point(|&it| it < ordinal);
        // Place 0 is the begin of the line, the last place its end.
        let last = boundaries.len() + 1;
        let spans = columns
            .iter()
            .map(|&column| {
                let begin = if column == 0 { 0 } else { place(column - 1) + 1 };
                let end = if column + 1 < width { place(column) + 1 } else { last };
                (begin, end)
            })
            .collect();
        Self { columns: width, boundaries, spans }
    }

    /// Columns of a line.
    pub(crate) fn width(&self) -> usize {
        self.columns
    }

    /// Numbers kept for each line: its begin, the wanted delimiters, its end.
    fn stride(&self) -> usize {
        self.boundaries.len() + 2
    }
}

/// Lines found, and where their wanted columns are.
#[derive(Debug, Default)]
pub(crate) struct Lines {
    marks: Vec<u32>,
    stride: usize,
}

impl Lines {
    /// How many.
    pub(crate) fn len(&self) -> usize {
        self.marks.len() / self.stride.max(1)
    }

    /// Forgets all, and keeps the room.
    pub(crate) fn clear(&mut self) {
        self.marks.clear();
    }

    /// Begin and end of a wanted column in each line, in the order of lines.
    pub(crate) fn column(
        &self,
        wanted: &Wanted,
        nth: usize,
    ) -> impl ExactSizeIterator<Item = (u32, u32)> {
        let (begin, end) = wanted.spans[nth];
        // A column begins behind its delimiter, the first where its line does.
        let behind = u32::from(begin > 0);
        self.marks
            .chunks_exact(self.stride.max(1))
            .map(move |line| (line[begin] + behind, line[end].max(line[begin] + behind)))
    }

    /// Begin and end of a line.
    pub(crate) fn whole(&self, line: usize) -> (usize, usize) {
        let marks = &self.marks[line * self.stride..(line + 1) * self.stride];
        (marks[0] as usize, marks[self.stride - 1] as usize)
    }

    /// Drops the marks of a line that did not come to its end.
    fn forget_begun(&mut self) {
        self.marks.truncate(self.len() * self.stride);
    }

    /// Keeps the lines for which `keep` says so.
    pub(crate) fn retain(&mut self, mut keep: impl FnMut(usize) -> bool) {
        let stride = self.stride;
        let mut to = 0;
        for line in 0..self.len() {
            if keep(line) {
                self.marks.copy_within(line * stride..(line + 1) * stride, to * stride);
                to += 1;
            }
        }
        self.marks.truncate(to * stride);
    }
}

/// A line that has not as many columns as the layout.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct OddLine {
    pub(crate) begin: usize,
    pub(crate) end: usize,
    pub(crate) columns: usize,
}

/// Why a scan ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Stop {
    /// The text has no more.
    End,
    /// So many lines as asked for were found; go on from here.
    Full(usize),
    /// A line that begins with `#`, from here.
    Comment(usize),
}

/// What a scan is given and gives.
#[derive(Debug)]
pub(crate) struct Scan<'a> {
    pub(crate) text: &'a [u8],
    pub(crate) delimiter: u8,
    pub(crate) wanted: &'a Wanted,
    /// Lines found at most.
    pub(crate) limit: usize,
    pub(crate) lines: &'a mut Lines,
    pub(crate) odd: &'a mut Vec<OddLine>,
}

impl Scan<'_> {
    /// Finds lines from a place on, which is the begin of a line. Lines of another number of columns
    /// are put aside; an empty column more, behind a last delimiter, is none.
    pub(crate) fn run(&mut self, from: usize) -> Stop {
        self.lines.stride = self.wanted.stride();
        let (text, delimiter) = (self.text, self.delimiter);
        let mut line = self.begin(from);
        masks::scan(text, delimiter, from, |at, found| self.step(&mut line, at, found));
        if line.stop.is_none() && line.begin < text.len() {
            // The last line has no line end.
            line.stop = self.end_of_line(&mut line, text.len());
        }
        self.lines.forget_begun();
        match line.stop {
            Some(Stop::Full(at)) if at >= text.len() => Stop::End,
            Some(stop) => stop,
            None => Stop::End,
        }
    }

    #[inline(always)]
    fn begin(&mut self, at: usize) -> Line {
        self.lines.marks.push(mark(at));
        Line { begin: at, column: 0, next: 0, stop: None }
    }

    /// Takes a block's delimiters and line ends. `false` ends the scan.
    #[inline(always)]
    fn step(&mut self, line: &mut Line, at: usize, mut found: Block) -> bool {
        loop {
            let line_end = found.line_ends.trailing_zeros();
            let before = found.delimiters & below(line_end);
            let count = before.count_ones() as usize;
            while let Some(&ordinal) = self.wanted.boundaries.get(line.next)
                && ordinal < line.column + count
            {
                let bit = nth_bit(before, ordinal - line.column);
                self.lines.marks.push(mark(at + bit));
                line.next += 1;
            }
            line.column += count;
            if line_end == 64 {
                return true;
            }
            if let Some(stop) = self.end_of_line(line, at + line_end as usize) {
                line.stop = Some(stop);
                return false;
            }
            let rest = !below(line_end) & !(1 << line_end);
            found =
                Block { delimiters: found.delimiters & rest, line_ends: found.line_ends & rest };
        }
    }

    #[inline(always)]
    fn end_of_line(&mut self, line: &mut Line, at: usize) -> Option<Stop> {
        let end = if at > line.begin && self.text[at - 1] == b'\r' { at - 1 } else { at };
        let begin = line.begin;
        let whole = line.column + 1 == self.wanted.columns;
        if whole && begin < end && self.text[begin] != b'#' {
            self.lines.marks.push(mark(end));
        } else if let Some(stop) = self.odd_line(line, end) {
            return Some(stop);
        }
        if self.lines.len() >= self.limit {
            return Some(Stop::Full(at + 1));
        }
        *line = self.begin(at + 1);
        None
    }

    #[cold]
    fn odd_line(&mut self, line: &mut Line, end: usize) -> Option<Stop> {
        let begin = line.begin;
        if begin < end && self.text[begin] == b'#' {
            return Some(Stop::Comment(begin));
        }
        let has_one_more = line.column == self.wanted.columns;
        if has_one_more && end > begin && self.text[end - 1] == self.delimiter {
            // Had all its columns, and a delimiter more.
            self.lines.marks.push(mark(end - 1));
            return None;
        }
        self.lines.forget_begun();
        if begin < end {
            self.odd.push(OddLine { begin, end, columns: line.column + 1 });
        }
        None
    }
}

/// How far a line has been read.
#[derive(Debug)]
struct Line {
    begin: usize,
    /// Delimiters seen.
    column: usize,
    /// Boundaries kept.
    next: usize,
    stop: Option<Stop>,
}

/// A place in a text. Texts are below 2 GiB: [`LARGEST_AT_ONCE`](crate::text::LARGEST_AT_ONCE).
#[inline(always)]
#[expect(clippy::cast_possible_truncation, reason = "texts are below 2 GiB")]
fn mark(at: usize) -> u32 {
    at as u32
}

/// The lower `count` bits, 0 to 64.
#[inline(always)]
fn below(count: u32) -> u64 {
    if count >= 64 { u64::MAX } else { (1 << count) - 1 }
}

/// The place of the bit that has `nth` set bits below it.
#[inline(always)]
fn nth_bit(mut bits: u64, nth: usize) -> usize {
    for _ in 0..nth {
        bits &= bits.wrapping_sub(1);
    }
    bits.trailing_zeros() as usize
}
