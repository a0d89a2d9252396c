//! Tables of a file, read key by key; what cannot be used becomes a problem, not an end.

use std::ops::Range;

use serde::de::DeserializeOwned;
use toml::Spanned;
use toml::de::{DeString, DeTable, DeValue, ValueDeserializer};

use crate::problem::Problem;

/// A table whose keys are taken out one by one; what is left in the end is unknown.
pub(crate) struct Section<'i> {
    table: DeTable<'i>,
    span: Range<usize>,
    taken: Vec<&'static str>,
}

impl<'i> Section<'i> {
    /// The table to read.
    pub(crate) fn new(table: Spanned<DeTable<'i>>) -> Self {
        let span = table.span();
        Self { table: table.into_inner(), span, taken: Vec::new() }
    }

    /// The value as a table; anything else is a problem.
    pub(crate) fn of(value: Spanned<DeValue<'i>>, problems: &mut Vec<Problem>) -> Option<Self> {
        let span = value.span();
        match value.into_inner() {
            DeValue::Table(table) => Some(Self { table, span, taken: Vec::new() }),
            other => {
                let message = format!("expected a table, found {}", other.type_str());
                problems.push(Problem::new(span, message));
                None
            }
        }
    }

    /// Where the table is.
    pub(crate) fn span(&self) -> Range<usize> {
        self.span.clone()
    }

    /// The value of a key that may be left out.
    pub(crate) fn take(&mut self, key: &'static str) -> Option<Spanned<DeValue<'i>>> {
        self.taken.push(key);
        self.table.remove(key)
    }

    /// The key itself, where it is there; its value is let go.
    pub(crate) fn take_key(&mut self, key: &'static str) -> Option<Spanned<DeString<'i>>> {
        self.taken.push(key);
        self.table.remove_entry(key).map(|(key, _)| key)
    }

    /// The table as it is now.
    pub(crate) fn into_table(self) -> Spanned<DeTable<'i>> {
        Spanned::new(self.span, self.table)
    }

    /// The value of a key that must be there.
    pub(crate) fn require(
        &mut self,
        key: &'static str,
        example: &str,
        problems: &mut Vec<Problem>,
    ) -> Option<Spanned<DeValue<'i>>> {
        let value = self.take(key);
        if value.is_none() {
            let problem = Problem::new(self.span(), format!("`{key}` is missing"));
            problems.push(problem.with_hint(format!("for example `{key} = {example}`")));
        }
        value
    }

    /// What was not asked for, as a table of these keys; every other key is a problem.
    pub(crate) fn rest(
        mut self,
        known: &'static [&'static str],
        problems: &mut Vec<Problem>,
    ) -> Spanned<DeValue<'i>> {
        let mut rest = DeTable::new();
        for key in known {
            if let Some((key, value)) = self.table.remove_entry(*key) {
                rest.insert(key, value);
            }
        }
        self.taken.extend(known);
        let span = self.span();
        self.end(problems);
        Spanned::new(span, DeValue::Table(rest))
    }

    /// Every key that was not asked for is a problem.
    pub(crate) fn end(self, problems: &mut Vec<Problem>) {
        for key in self.table.keys() {
            let known = self.taken.iter().copied();
            problems.push(Problem::unknown_key(key.span(), key.get_ref(), known));
        }
    }
}

/// The value as a list; anything else is a problem.
pub(crate) fn list<'i>(
    value: Spanned<DeValue<'i>>,
    problems: &mut Vec<Problem>,
) -> Vec<Spanned<DeValue<'i>>> {
    let span = value.span();
    match value.into_inner() {
        DeValue::Array(items) => items.into_iter().collect(),
        other => {
            let message = format!("expected a list, found {}", other.type_str());
            problems.push(Problem::new(span, message));
            Vec::new()
        }
    }
}

/// The value as a `T`, the first thing that does not fit being a problem.
pub(crate) fn read<T: DeserializeOwned>(
    value: Spanned<DeValue<'_>>,
    problems: &mut Vec<Problem>,
) -> Option<T> {
    let span = value.span();
    T::deserialize(ValueDeserializer::from(value))
        .map_err(|error| problems.push(Problem::from_toml(&error, span)))
        .ok()
}

/// The value as a `T`, everything that does not fit being a problem: what a problem was found in
/// is taken out and the rest read again. So there is a `T` to check further in spite of problems.
pub(crate) fn read_all<T: DeserializeOwned>(
    mut value: Spanned<DeValue<'_>>,
    problems: &mut Vec<Problem>,
) -> Option<T> {
    let mut taken = Vec::new();
    loop {
        let fits = read(value.clone(), problems);
        if fits.is_some() {
            return fits;
        }
        let last = problems.last()?;
        let found = last.span.clone();
        // What was taken out is not missing.
        if taken.iter().any(|key| last.message == format!("`{key}` is missing")) {
            problems.pop();
        }
        taken.push(take_out(value.get_mut(), &found)?);
    }
}

/// Takes out the innermost entry that the place is in. The key of it, where there was one.
fn take_out(value: &mut DeValue<'_>, place: &Range<usize>) -> Option<String> {
    let DeValue::Table(table) = value else { return None };
    // Depth first and whatever the span of the table itself: a merged one has entries from
    // elsewhere.
    let deeper = table.iter_mut().find_map(|(_, inner)| take_out(inner.get_mut(), place));
    if deeper.is_some() {
        return deeper;
    }
    let holds = |span: Range<usize>| span.start <= place.start && place.end <= span.end;
    let key = table
        .iter()
        .find(|(key, inner)| holds(key.span()) || holds(inner.span()))
        .map(|(key, _)| key.clone())?;
    table.remove(&key);
    Some(key.into_inner().into_owned())
}
