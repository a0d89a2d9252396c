//! The files of a fleet as one text: a place in any of them is one number.
//!
//! Each file begins where the one before it ended, so that values of several files can be merged and
//! still tell where they stand.

use std::fmt;
use std::ops::Range;
use std::path::PathBuf;

use serde::Serialize;
use toml::Spanned;
use toml::de::{DeArray, DeTable, DeValue};

/// A file that was read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct SourceFile {
    /// What people call it: its path as it was given or found.
    pub(crate) name: String,
    /// Where it is.
    pub(crate) path: PathBuf,
    /// What it says.
    pub(crate) text: String,
    /// Where it begins.
    pub(crate) base: usize,
}

/// Files in the order in which they were read, the main one first.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Sources {
    files: Vec<SourceFile>,
}

/// A place in a file.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
pub struct FilePlace {
    /// The file's path, as it was given or found.
    pub file: String,
    /// From 1.
    pub line: usize,
    /// Characters, from 1.
    pub column: usize,
}

impl fmt::Display for FilePlace {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}:{}", self.file, self.line, self.column)
    }
}

impl Sources {
    /// The main file alone.
    pub(crate) fn new(name: impl Into<String>, path: PathBuf, text: impl Into<String>) -> Self {
        let main = SourceFile { name: name.into(), path, text: text.into(), base: 0 };
        Self { files: vec![main] }
    }

    /// Adds a file behind the others.
    pub(crate) fn push(&mut self, name: String, path: PathBuf, text: String) {
        // One more than the text, so that its end is not the beginning of the next.
        let base = self.files.last().map_or(0, |last| last.base + last.text.len() + 1);
        self.files.push(SourceFile { name, path, text, base });
    }

    /// All files.
    pub(crate) fn files(&self) -> &[SourceFile] {
        &self.files
    }

    /// The main file.
    pub(crate) fn main(&self) -> &SourceFile {
        &self.files[0]
    }

    /// The file in which an offset is.
    pub(crate) fn file_at(&self, offset: usize) -> &SourceFile {
        let behind = self.files.partition_point(|file| file.base <= offset);
        &self.files[behind.saturating_sub(1)]
    }

    /// Where an offset is, for people.
    pub(crate) fn place(&self, offset: usize) -> FilePlace {
        let file = self.file_at(offset);
        let local = file.text.floor_char_boundary((offset - file.base).min(file.text.len()));
        let before = &file.text[..local];
        let line_start = before.rfind('\n').map_or(0, |newline| newline + 1);
        FilePlace {
            file: file.name.clone(),
            line: before.bytes().filter(|byte| *byte == b'\n').count() + 1,
            column: before[line_start..].chars().count() + 1,
        }
    }
}

/// The table with every place moved on by where its file begins.
pub(crate) fn moved(table: Spanned<DeTable<'_>>, by: usize) -> Spanned<DeTable<'_>> {
    if by == 0 {
        return table;
    }
    let span = shifted(&table.span(), by);
    Spanned::new(span, moved_table(table.into_inner(), by))
}

fn moved_table(table: DeTable<'_>, by: usize) -> DeTable<'_> {
    let mut out = DeTable::new();
    for (key, value) in table {
        let span = shifted(&key.span(), by);
        out.insert(Spanned::new(span, key.into_inner()), moved_value(value, by));
    }
    out
}

fn moved_value(value: Spanned<DeValue<'_>>, by: usize) -> Spanned<DeValue<'_>> {
    let span = shifted(&value.span(), by);
    let inner = match value.into_inner() {
        DeValue::Table(table) => DeValue::Table(moved_table(table, by)),
        DeValue::Array(items) => {
            let mut out = DeArray::new();
            for item in items {
                out.push(moved_value(item, by));
            }
            DeValue::Array(out)
        }
        leaf => leaf,
    };
    Spanned::new(span, inner)
}

/// A span, moved on.
pub(crate) fn shifted(span: &Range<usize>, by: usize) -> Range<usize> {
    span.start + by..span.end + by
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_are_in_their_files() {
        let mut sources = Sources::new("a", PathBuf::new(), "x = 1\nä = 2");
        sources.push("b".into(), PathBuf::new(), String::new());
        sources.push("c".into(), PathBuf::new(), "y = 3\n".into());
        for (offset, want) in [
            (0, "a:1:1"),
            (6, "a:2:1"),
            (7, "a:2:1"),
            (8, "a:2:2"),
            (12, "a:2:6"),
            (13, "b:1:1"),
            (14, "c:1:1"),
            (18, "c:1:5"),
            (99, "c:2:1"),
        ] {
            assert_eq!(sources.place(offset).to_string(), want, "{offset}");
        }
    }
}
