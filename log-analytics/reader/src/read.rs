//! THE SPINE: a file's bytes -> text -> lines -> batches of the view `requests`.
#![expect(unsafe_code, reason = "a chunk is validated once, as a whole")]

use std::sync::Arc;

use arrow_array::{RecordBatch, RecordBatchOptions};
use arrow_buffer::Buffer;

use crate::bad::{BadLine, Reason, Tally};
use crate::convert::time::{self, Dates};
use crate::convert::{Cells, Converter, Knowledge, Slots, views};
use crate::error::ReadError;
use crate::layout::{Header, Layout};
use crate::raw::Raw;
use crate::requests::{Column, schema_of};
use crate::scan::{Lines, OddLine, Scan, Stop, Wanted};
use crate::shape::{self, Shape};
use crate::text::Text;

/// Rows of a batch: more of them would fall out of a core's second-level cache.
pub const BATCH_ROWS: usize = 2048;

/// What is read of files.
#[derive(Clone, Debug)]
pub struct Reading {
    /// The columns, in this order.
    pub columns: Vec<Column>,
    /// Milliseconds since 1970 from which on (inclusive) and up to which (exclusive) rows are of use.
    pub between: (i64, i64),
    /// What stands between columns, where no header tells: 1 to 5 bytes.
    pub delimiter: Option<Vec<u8>>,
    /// Names of columns, for files without a header.
    pub names: Option<Vec<String>>,
    /// What rows are enriched with.
    pub knowledge: Arc<Knowledge>,
}

impl Reading {
    /// All rows, as some columns.
    pub fn of(columns: &[Column]) -> Self {
        Self {
            columns: columns.to_vec(),
            between: (i64::MIN, i64::MAX),
            delimiter: None,
            names: None,
            knowledge: Arc::default(),
        }
    }

    /// The places of those of a file's columns that are of use, by their names.
    pub fn wanted(&self, names: &[String]) -> Vec<usize> {
        let layout = Layout::of_names(names, Some(b"\t"), "");
        let mut places = time_columns(&layout);
        places.extend(self.columns.iter().flat_map(|column| made_of(*column, &layout)));
        places.sort_unstable();
        places.dedup();
        places
    }
}

/// A file being read.
#[derive(Debug)]
pub struct LogFile {
    reading: Arc<Reading>,
    name: String,
    text: Text,
    shape: Shape,
    /// Columns that a header named, until the first record shows what stands between them.
    named: Option<Vec<String>>,
    layout: Option<Slots>,
    is_streaming: bool,
    chunk: Option<Chunk>,
    /// Lines before the chunk.
    lines_before: u64,
    converter: Converter,
    dates: Dates,
    lines: Lines,
    odd: Vec<OddLine>,
    tally: Tally,
}

/// Text that is being read, from `at` on.
#[derive(Debug)]
struct Chunk {
    buffer: Buffer,
    at: usize,
}

impl LogFile {
    /// Begins with a file. `name` is what rows call it.
    pub fn new(name: impl Into<String>, text: Text, reading: Arc<Reading>) -> Self {
        Self {
            name: name.into(),
            text,
            shape: Shape::Lines,
            named: reading.names.clone(),
            layout: None,
            is_streaming: false,
            chunk: None,
            lines_before: 0,
            converter: Converter::new(Arc::clone(&reading.knowledge)),
            dates: Dates::default(),
            lines: Lines::default(),
            odd: Vec::new(),
            tally: Tally::default(),
            reading,
        }
    }

    /// What was read so far, and what was not and why.
    pub fn tally(&self) -> &Tally {
        &self.tally
    }

    /// Takes the bad lines that were found since the last time.
    pub fn take_bad(&mut self) -> Vec<BadLine> {
        std::mem::take(&mut self.tally.bad)
    }

    /// The next rows; `None` at the end.
    ///
    /// # Errors
    /// Where the file cannot be read any further. What came before is good.
    pub fn next_batch(&mut self) -> Result<Option<RecordBatch>, ReadError> {
        loop {
            let Some(mut chunk) = self.take_chunk()? else { return Ok(None) };
            let batch = self.batch_of(&mut chunk)?;
            self.put_back(chunk);
            if let Some(batch) = batch {
                return Ok(Some(batch));
            }
        }
    }

    fn take_chunk(&mut self) -> Result<Option<Chunk>, ReadError> {
        if let Some(chunk) = self.chunk.take() {
            return Ok(Some(chunk));
        }
        let Some(bytes) = self.text.next_chunk()? else { return Ok(None) };
        let text = self.valid_text(bytes);
        let text = self.rewritten(text);
        Ok(Some(Chunk { buffer: Buffer::from(text.into_bytes()), at: 0 }))
    }

    fn put_back(&mut self, chunk: Chunk) {
        if chunk.at < chunk.buffer.len() {
            self.chunk = Some(chunk);
        } else {
            self.lines_before += count_lines(&chunk.buffer);
        }
    }

    /// Reads lines until a batch is full or another layout begins.
    fn batch_of(&mut self, chunk: &mut Chunk) -> Result<Option<RecordBatch>, ReadError> {
        self.understand(chunk)?;
        let Some(slots) = self.layout.take() else { return Ok(None) };
        let batch = self.scanned(chunk, &slots);
        self.layout.get_or_insert(slots);
        batch
    }

    /// Goes over what is no record, and finds out where the columns of the next one are.
    fn understand(&mut self, chunk: &mut Chunk) -> Result<(), ReadError> {
        while let Some(line) = next_line(&chunk.buffer, chunk.at) {
            if line.starts_with('#') {
                self.heed(line);
            } else if self.is_streaming && !line.is_empty() {
                self.tally.streaming += 1;
            } else if !line.is_empty() {
                if self.layout.is_none() {
                    let record = line.to_owned();
                    self.lay_out(&record, chunk)?;
                }
                return Ok(());
            }
            chunk.at = after_line(&chunk.buffer, chunk.at);
        }
        Ok(())
    }

    fn heed(&mut self, line: &str) {
        match Header::read(line) {
            Header::Comment => {}
            Header::Rtmp => self.is_streaming = true,
            Header::Fields(names) => {
                self.is_streaming = false;
                self.named = Some(names);
                self.layout = None;
            }
        }
    }

    /// Takes the layout from the names of a header, or else from the first record.
    fn lay_out(&mut self, record: &str, chunk: &mut Chunk) -> Result<(), ReadError> {
        let delimiter = self.reading.delimiter.as_deref();
        if record.starts_with('{') {
            if shape::is_of_something_else(record) {
                let looks = "JSON without any of its names; what functions logged of pictures is in \
                             the table `images_made`";
                return Err(ReadError::Unknown { looks: looks.to_owned() });
            }
            self.shape = Shape::Json;
            self.layout = Some(self.slots(&shape::json_layout()));
            self.rewrite(chunk);
            return Ok(());
        }
        let layout = match &self.named {
            // A file with a header of its own may have another than the files without.
            Some(names) => {
                let is_in = |it: &&[u8]| memchr::memmem::find(record.as_bytes(), it).is_some();
                Layout::of_names(names, delimiter.filter(is_in), record)
            }
            None => Layout::of_record(record, delimiter)
                .ok_or_else(|| ReadError::Unknown { looks: looks(record, delimiter) })?,
        };
        self.layout = Some(self.slots(&layout));
        if layout.delimiter != b"\t" && self.shape == Shape::Lines {
            self.shape = Shape::Delimited(layout.delimiter);
            self.rewrite(chunk);
        }
        Ok(())
    }

    /// Which columns of the file are wanted.
    fn slots(&mut self, layout: &Layout) -> Slots {
        let mut columns = time_columns(layout);
        for column in &self.reading.columns {
            let there = made_of(*column, layout);
            let is_missing = there.is_empty() && !column.about().made_of.is_empty();
            if is_missing && !self.tally.missing.contains(column) {
                self.tally.missing.push(*column);
            }
            columns.extend(there);
        }
        columns.sort_unstable();
        columns.dedup();
        let mut slots = vec![None; Raw::Other as usize];
        for (nth, &place) in columns.iter().enumerate() {
            // The last of two columns of one name would win; the first does.
            let slot = &mut slots[layout.columns[place] as usize];
            *slot = slot.or(Some(nth));
        }
        for name in &layout.unknown {
            if !self.tally.unknown.contains(name) {
                self.tally.unknown.push(name.clone());
            }
        }
        let wanted = Wanted::new(&columns, layout.columns.len());
        Slots { places: slots, wanted, dialect: layout.dialect }
    }

    fn scanned(
        &mut self,
        chunk: &mut Chunk,
        slots: &Slots,
    ) -> Result<Option<RecordBatch>, ReadError> {
        self.lines.clear();
        let stop = Scan {
            text: &chunk.buffer,
            delimiter: b'\t',
            wanted: &slots.wanted,
            limit: BATCH_ROWS,
            lines: &mut self.lines,
            odd: &mut self.odd,
        }
        .run(chunk.at);
        chunk.at = match stop {
            Stop::End => chunk.buffer.len(),
            Stop::Full(at) | Stop::Comment(at) => at,
        };
        for odd in std::mem::take(&mut self.odd) {
            let named = slots.wanted.width();
            self.bad(chunk, odd.begin, Reason::Columns { found: odd.columns, named });
        }
        let times = self.times(chunk, slots);
        if times.is_empty() {
            return Ok(None);
        }
        self.batch(chunk, slots, &times).map(Some)
    }

    /// The lines' times; lines without one, and those that are of no use, are let go.
    fn times(&mut self, chunk: &Chunk, slots: &Slots) -> Vec<i64> {
        let Some(all) = self.all_times(chunk, slots) else {
            for line in 0..self.lines.len() {
                self.bad(chunk, self.lines.whole(line).0, Reason::Time);
            }
            self.lines.clear();
            return Vec::new();
        };
        let (from, to) = self.reading.between;
        let mut times = Vec::with_capacity(all.len());
        let mut timeless = Vec::new();
        let mut lines = std::mem::take(&mut self.lines);
        let mut is_kept = Vec::with_capacity(all.len());
        for (line, time) in all.into_iter().enumerate() {
            is_kept.push(time.is_some_and(|time| (from..to).contains(&time)));
            match time {
                Some(time) if (from..to).contains(&time) => times.push(time),
                Some(_) => self.tally.outside += 1,
                None => timeless.push(lines.whole(line).0),
            }
        }
        if times.len() < is_kept.len() {
            lines.retain(|line| is_kept[line]);
        }
        self.lines = lines;
        for begin in timeless {
            self.bad(chunk, begin, Reason::Time);
        }
        times
    }

    fn all_times(&mut self, chunk: &Chunk, slots: &Slots) -> Option<Vec<Option<i64>>> {
        let text = chunk.buffer.as_slice();
        let cell = |(begin, end): (u32, u32)| &text[begin as usize..end as usize];
        let column = |raw: Raw| Some(self.lines.column(&slots.wanted, slots.of(raw)?));
        if let Some(cells) = column(Raw::TimestampMs) {
            return Some(cells.map(|at| time::of_millis(cell(at))).collect());
        }
        if let Some(cells) = column(Raw::Timestamp) {
            return Some(cells.map(|at| time::of_seconds(cell(at))).collect());
        }
        let both = column(Raw::Date)?.zip(column(Raw::Time)?);
        let dates = &mut self.dates;
        Some(both.map(|(date, time)| dates.millis(cell(date), cell(time))).collect())
    }

    fn batch(
        &mut self,
        chunk: &Chunk,
        slots: &Slots,
        times: &[i64],
    ) -> Result<RecordBatch, ReadError> {
        let cells = Cells {
            buffer: &chunk.buffer,
            text: text_of(&chunk.buffer),
            lines: &self.lines,
            slots,
        };
        let converter = &mut self.converter;
        let arrays = self.reading.columns.iter();
        let arrays =
            arrays.map(|column| converter.column(*column, cells, times, &self.name)).collect();
        self.tally.rows += times.len() as u64;
        let rows = RecordBatchOptions::new().with_row_count(Some(times.len()));
        let schema = schema_of(&self.reading.columns);
        Ok(RecordBatch::try_new_with_options(schema, arrays, &rows)?)
    }

    /// Puts a line aside.
    fn bad(&mut self, chunk: &Chunk, begin: usize, reason: Reason) {
        let line = self.lines_before + count_lines(&chunk.buffer[..begin]) + 1;
        self.tally.bad_lines += 1;
        self.tally.bad.push(BadLine { line, reason });
    }

    /// The bytes as text; a line that is none is put aside, and an empty one left in its place.
    fn valid_text(&mut self, bytes: Vec<u8>) -> String {
        let error = match String::from_utf8(bytes) {
            Ok(text) => return text,
            Err(error) => error,
        };
        let mut out = String::with_capacity(error.as_bytes().len());
        for (nth, line) in error.as_bytes().split_inclusive(|&byte| byte == b'\n').enumerate() {
            if let Ok(line) = std::str::from_utf8(line) {
                out.push_str(line);
            } else {
                out.push('\n');
                let line = self.lines_before + nth as u64 + 1;
                self.tally.bad_lines += 1;
                self.tally.bad.push(BadLine { line, reason: Reason::NotUtf8 });
            }
        }
        out
    }

    /// Lines of another shape as lines of cells between tabs.
    fn rewritten(&mut self, text: String) -> String {
        let before = self.lines_before;
        self.shape.lines_of(text, |nth, reason| {
            self.tally.bad_lines += 1;
            self.tally.bad.push(BadLine { line: before + nth + 1, reason });
        })
    }

    fn rewrite(&mut self, chunk: &mut Chunk) {
        let text = text_of(&chunk.buffer).to_owned();
        let text = self.rewritten(text);
        // What is before `at` was no record, and its lines are still there: it keeps their number.
        let lines = count_lines(&chunk.buffer[..chunk.at]);
        chunk.buffer = Buffer::from(text.into_bytes());
        chunk.at = 0;
        for _ in 0..lines {
            chunk.at = after_line(&chunk.buffer, chunk.at);
        }
    }
}

/// A chunk once more as text.
fn text_of(buffer: &Buffer) -> &str {
    // SAFETY: a chunk's buffer is made of a `String` alone.
    unsafe { views::text_of(buffer) }
}

/// The line at a place, without its end; `None` at the end of the text.
fn next_line(buffer: &Buffer, at: usize) -> Option<&str> {
    let rest = text_of(buffer).get(at..)?;
    let line = rest.split('\n').next().filter(|_| !rest.is_empty())?;
    Some(line.strip_suffix('\r').unwrap_or(line))
}

fn after_line(text: &[u8], at: usize) -> usize {
    memchr::memchr(b'\n', &text[at..]).map_or(text.len(), |end| at + end + 1)
}

fn count_lines(text: &[u8]) -> u64 {
    memchr::memchr_iter(b'\n', text).count() as u64
}

/// Where the columns stand that a column of the view is made of.
fn made_of(column: Column, layout: &Layout) -> Vec<usize> {
    let places =
        |raws: &[Raw]| raws.iter().filter_map(|raw| layout.place(*raw)).collect::<Vec<_>>();
    match column {
        Column::Ts | Column::Day => time_columns(layout),
        // Of these the second stands in for the first.
        Column::Distribution
        | Column::Host
        | Column::Site
        | Column::Brand
        | Column::SiteGroup
        | Column::Owner => places(column.about().made_of).into_iter().take(1).collect(),
        _ => places(column.about().made_of),
    }
}

/// Where the best of what tells the time stands.
fn time_columns(layout: &Layout) -> Vec<usize> {
    let best = [&[Raw::TimestampMs][..], &[Raw::Timestamp], &[Raw::Date, Raw::Time]];
    let places =
        |raws: &[Raw]| raws.iter().map(|raw| layout.place(*raw)).collect::<Option<Vec<_>>>();
    best.into_iter().find_map(places).unwrap_or_default()
}

/// What a record of no known layout looks like, without what it says.
fn looks(record: &str, delimiter: Option<&[u8]>) -> String {
    let delimiter = delimiter.and_then(|it| std::str::from_utf8(it).ok()).unwrap_or("\t");
    let columns = record.split(delimiter).count();
    format!("no `#Fields` line, and a first line of {columns} columns")
}
