//! A table that was read, asked again for where things stand.

use std::ops::Range;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

/// A merged table: every value in it knows its place in its file.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Tree<'a, 't> {
    root: &'a DeTable<'t>,
    start: usize,
    end: usize,
}

impl<'a, 't> Tree<'a, 't> {
    /// The tree of a table that stands in `span`.
    pub(crate) fn new(root: &'a DeTable<'t>, span: Range<usize>) -> Self {
        Self { root, start: span.start, end: span.end }
    }

    /// What stands under a path; a number is a place in a list.
    pub(crate) fn get(&self, path: &[&str]) -> Option<&'a Spanned<DeValue<'t>>> {
        let (first, rest) = path.split_first()?;
        rest.iter().try_fold(self.root.get(*first)?, |value, key| step(value.get_ref(), key))
    }

    /// Where a value stands, or what is around it where no file has it.
    pub(crate) fn value(&self, path: &[&str]) -> Range<usize> {
        (1..=path.len())
            .rev()
            .find_map(|length| self.get(&path[..length]))
            .map_or(self.start..self.end, Spanned::span)
    }

    /// Where the last key of a path stands, or what is around it where no file has it.
    pub(crate) fn key(&self, path: &[&str]) -> Range<usize> {
        self.key_of(path).unwrap_or_else(|| self.value(path))
    }

    fn key_of(&self, path: &[&str]) -> Option<Range<usize>> {
        let (last, above) = path.split_last()?;
        self.table(above)?.get_key_value(*last).map(|(key, _)| key.span())
    }

    fn table(&self, path: &[&str]) -> Option<&'a DeTable<'t>> {
        if path.is_empty() { Some(self.root) } else { self.get(path)?.get_ref().as_table() }
    }

    /// The keys of the table under a path, with their places.
    pub(crate) fn keys(&self, path: &[&str]) -> impl Iterator<Item = (&'a str, Range<usize>)> {
        self.table(path).into_iter().flatten().map(|(key, _)| (key.get_ref().as_ref(), key.span()))
    }
}

fn step<'a, 't>(value: &'a DeValue<'t>, key: &str) -> Option<&'a Spanned<DeValue<'t>>> {
    match value {
        DeValue::Table(table) => table.get(key),
        DeValue::Array(items) => items.get(key.parse::<usize>().ok()?),
        _ => None,
    }
}
