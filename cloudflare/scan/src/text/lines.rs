//! From places to lines.

/// Where the lines of a text begin.
#[derive(Debug)]
pub(super) struct Lines {
    first: usize,
    ends: Vec<usize>,
}

impl Lines {
    /// Of a text that begins at line `first`.
    pub(super) fn of(text: &str, first: usize) -> Self {
        Self { first, ends: text.match_indices('\n').map(|(at, _)| at).collect() }
    }

    /// The line of a byte.
    pub(super) fn at(&self, byte: usize) -> usize {
        self.first + self.ends.partition_point(|end| *end < byte)
    }
}
