//! What is computed of values that come again and again: once for each value, not for each row.

use std::collections::HashMap;

use super::views::{View, Views};

/// Values remembered at most; beyond, all are forgotten and it begins anew.
const REMEMBERED: usize = 1 << 16;

/// A function of text that remembers what it made of a value.
#[derive(Debug, Default)]
pub(crate) struct Interned {
    made: HashMap<Box<[u8]>, usize>,
    values: Vec<Made>,
    batch: u64,
}

#[derive(Debug)]
struct Made {
    value: Option<Box<str>>,
    /// Where it stands beside the text of a batch.
    view: Option<(u64, View)>,
}

impl Interned {
    /// Begins a batch: what was kept beside the last one's text is not there any more.
    pub(crate) fn next_batch(&mut self) {
        self.batch += 1;
        if self.values.len() >= REMEMBERED {
            self.made.clear();
            self.values.clear();
        }
    }

    /// Adds what `make` makes of a value as a row.
    pub(crate) fn push(
        &mut self,
        views: &mut Views<'_>,
        value: &[u8],
        make: impl FnOnce() -> Option<String>,
    ) {
        let place = if let Some(&place) = self.made.get(value) {
            place
        } else {
            self.values.push(Made { value: make().map(String::into_boxed_str), view: None });
            self.made.insert(value.into(), self.values.len() - 1);
            self.values.len() - 1
        };
        let made = &mut self.values[place];
        let Some(text) = &made.value else {
            return views.push_null();
        };
        let view = match made.view {
            Some((batch, view)) if batch == self.batch => view,
            _ => views.keep(text),
        };
        made.view = Some((self.batch, view));
        views.push_kept(view);
    }
}
