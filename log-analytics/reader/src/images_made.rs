//! The table `images_made`: one row a picture that a function of this project made, out of the lines
//! that the functions log.
//!
//! A line is understood however it was brought here: as the function wrote it, behind a time and other
//! words (an export to S3, `aws logs tail`), or as text within JSON (a subscription,
//! `aws logs filter-log-events`).

use std::sync::Arc;

use arrow_array::RecordBatch;
use arrow_array::builder::{
    Int32Builder, Int64Builder, StringBuilder, TimestampMillisecondBuilder,
};
use arrow_schema::{DataType, Field, Schema, TimeUnit};
use jiff::Timestamp;
use serde_json::{Map, Value};

use crate::bad::{BadLine, Reason, Tally};
use crate::error::ReadError;
use crate::requests::Kind;
use crate::text::Text;

/// The columns, in their order: name, type, and what it is.
pub const IMAGES_MADE: [(&str, Kind, &str); 10] = [
    ("ts", Kind::Timestamp, "When the picture was made, UTC."),
    ("site", Kind::Text, "The site of the fleet file."),
    ("recipe", Kind::Text, "The canonical recipe, as `image_recipe` of `requests`."),
    ("width", Kind::Integer, "The width that was asked for, px; NULL where none was."),
    ("original_format", Kind::Text, "`jpeg`, `png`, …; NULL where it could not be told."),
    ("original_bytes", Kind::BigInt, "Bytes of the original."),
    ("format", Kind::Text, "The format that was made, `avif`, `webp`, `jpeg`, …"),
    ("bytes", Kind::BigInt, "Bytes of the picture."),
    ("stored", Kind::Text, "`yes`, or why the picture is not in the bucket of variants."),
    ("file", Kind::Text, "The file that the row was read from."),
];

/// What the functions call a line about an answer, or a picture that was made after it.
const MESSAGES: [&str; 2] = ["Answered", "Made later"];

/// The field that only lines about pictures have.
const MARK: &str = "original_bytes";

/// Keys under which a line is packed into JSON.
const AROUND: [&str; 3] = ["message", "logEvents", "events"];

/// The schema of the table.
pub fn images_made_schema() -> Arc<Schema> {
    let field = |(name, kind, _): &(&str, Kind, &str)| {
        let kind = match kind {
            Kind::Text => DataType::Utf8,
            Kind::Timestamp => DataType::Timestamp(TimeUnit::Millisecond, None),
            other => other.arrow(),
        };
        Field::new(*name, kind, true)
    };
    Arc::new(Schema::new(IMAGES_MADE.iter().map(field).collect::<Vec<_>>()))
}

/// A function's log being read.
#[derive(Debug)]
pub struct FunctionLog {
    name: String,
    text: Text,
    lines: u64,
    tally: Tally,
}

impl FunctionLog {
    /// Begins with a file. `name` is what rows call it.
    pub fn new(name: impl Into<String>, text: Text) -> Self {
        Self { name: name.into(), text, lines: 0, tally: Tally::default() }
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
        while let Some(chunk) = self.text.next_chunk()? {
            let mut rows = Rows::default();
            for line in chunk.split(|&byte| byte == b'\n') {
                self.lines += 1;
                self.take(line, &mut rows);
            }
            // What stands behind the last line end is no line.
            self.lines -= u64::from(chunk.ends_with(b"\n"));
            if rows.count > 0 {
                self.tally.rows += rows.count;
                return Ok(Some(rows.finish(&self.name)?));
            }
        }
        Ok(None)
    }

    fn take(&mut self, line: &[u8], rows: &mut Rows) {
        if !may_be_about_a_picture(line) {
            self.tally.others += u64::from(!line.trim_ascii().is_empty());
            return;
        }
        let read = std::str::from_utf8(line).map_err(|_| Reason::NotUtf8);
        let mut pictures = Vec::new();
        if let Err(reason) = read.and_then(|line| find(line, &mut pictures)) {
            self.tally.bad_lines += 1;
            self.tally.bad.push(BadLine { line: self.lines, reason });
        } else if pictures.is_empty() {
            self.tally.others += 1;
        }
        for picture in &pictures {
            rows.push(picture);
        }
    }
}

/// A picture that was made.
struct Picture {
    at: i64,
    site: String,
    recipe: Option<String>,
    original_format: Option<String>,
    original_bytes: i64,
    format: String,
    bytes: i64,
    stored: Option<String>,
}

/// Finds pictures in a text: in the objects from its first brace on, one behind the other.
fn find(text: &str, pictures: &mut Vec<Picture>) -> Result<(), Reason> {
    let unreadable = |error: serde_json::Error| Reason::Json(error.to_string());
    // A member of an object that was printed over several lines.
    if let Some(member) = text.trim_start().strip_prefix("\"message\":") {
        let mut values = serde_json::Deserializer::from_str(member).into_iter::<String>();
        let message = values.next().transpose().map_err(unreadable)?.unwrap_or_default();
        return find(&message, pictures);
    }
    let Some(begin) = text.find('{') else {
        return if is_member(text) { Err(Reason::Spread) } else { Ok(()) };
    };
    let mut values = serde_json::Deserializer::from_str(&text[begin..]).into_iter::<Value>();
    while let Some(value) = values.next() {
        match value {
            Ok(value) => look_into(&value, pictures)?,
            Err(error) => {
                // What stands behind an object is its bringer's, unless it is about a picture too.
                let rest = text.as_bytes().get(begin + values.byte_offset()..).unwrap_or_default();
                let is_behind = values.byte_offset() > 0 && !may_be_about_a_picture(rest);
                return if is_behind { Ok(()) } else { Err(unreadable(error)) };
            }
        }
    }
    Ok(())
}

/// Whether a line has a word that all lines about pictures have, whole or cut off.
fn may_be_about_a_picture(line: &[u8]) -> bool {
    let has = |word: &str| memchr::memmem::find(line, word.as_bytes()).is_some();
    has(MARK) || MESSAGES.into_iter().any(has)
}

/// Whether a line is a part of an object that was printed over several lines.
fn is_member(line: &str) -> bool {
    line.trim_start().strip_prefix('"').is_some_and(|rest| rest.starts_with(MARK))
}

fn look_into(value: &Value, pictures: &mut Vec<Picture>) -> Result<(), Reason> {
    match value {
        Value::String(text) => find(text, pictures),
        Value::Array(values) => values.iter().try_for_each(|value| look_into(value, pictures)),
        Value::Object(object) => {
            let message = object.get("message").and_then(Value::as_str);
            if object.contains_key(MARK) && message.is_some_and(|it| MESSAGES.contains(&it)) {
                pictures.push(Picture::of(object)?);
                return Ok(());
            }
            let around = AROUND.iter().filter_map(|key| object.get(*key));
            around.into_iter().try_for_each(|value| look_into(value, pictures))
        }
        _ => Ok(()),
    }
}

impl Picture {
    fn of(object: &Map<String, Value>) -> Result<Self, Reason> {
        let text = |key: &str| object.get(key).and_then(Value::as_str).map(str::to_owned);
        let needed = |key: &'static str| text(key).ok_or(Reason::Field(key));
        let count = |key: &'static str| {
            let count = object.get(key).and_then(Value::as_i64).filter(|&count| count >= 0);
            count.ok_or(Reason::Field(key))
        };
        let at = needed("timestamp")?.parse::<Timestamp>();
        Ok(Self {
            at: at.map_err(|_| Reason::Field("timestamp"))?.as_millisecond(),
            site: needed("site")?,
            recipe: text("recipe"),
            original_format: text("original_format"),
            original_bytes: count(MARK)?,
            format: needed("format")?,
            bytes: count("bytes")?,
            stored: text("stored"),
        })
    }

    fn width(&self) -> Option<i32> {
        let parts = self.recipe.as_deref()?.split(',');
        parts.filter_map(|part| part.strip_prefix("width=")).find_map(|it| it.parse().ok())
    }
}

/// Rows that are being made.
#[derive(Default)]
struct Rows {
    count: u64,
    at: TimestampMillisecondBuilder,
    width: Int32Builder,
    original_bytes: Int64Builder,
    bytes: Int64Builder,
    site: StringBuilder,
    recipe: StringBuilder,
    original_format: StringBuilder,
    format: StringBuilder,
    stored: StringBuilder,
}

impl Rows {
    fn push(&mut self, picture: &Picture) {
        self.count += 1;
        self.at.append_value(picture.at);
        self.site.append_value(&picture.site);
        self.recipe.append_option(picture.recipe.as_deref());
        self.width.append_option(picture.width());
        self.original_format.append_option(picture.original_format.as_deref());
        self.original_bytes.append_value(picture.original_bytes);
        self.format.append_value(&picture.format);
        self.bytes.append_value(picture.bytes);
        self.stored.append_option(picture.stored.as_deref());
    }

    fn finish(mut self, file: &str) -> Result<RecordBatch, ReadError> {
        let mut files = StringBuilder::new();
        for _ in 0..self.count {
            files.append_value(file);
        }
        let columns: Vec<arrow_array::ArrayRef> = vec![
            Arc::new(self.at.finish()),
            Arc::new(self.site.finish()),
            Arc::new(self.recipe.finish()),
            Arc::new(self.width.finish()),
            Arc::new(self.original_format.finish()),
            Arc::new(self.original_bytes.finish()),
            Arc::new(self.format.finish()),
            Arc::new(self.bytes.finish()),
            Arc::new(self.stored.finish()),
            Arc::new(files.finish()),
        ];
        Ok(RecordBatch::try_new(images_made_schema(), columns)?)
    }
}
