//! Requests, as people and logs write them down.

mod list;
mod logpush;

pub use list::visits;
pub use logpush::visits_of_logpush;

/// A line that is no request.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("line {line}: {reason}")]
pub struct BadVisit {
    /// From 1.
    pub line: usize,
    /// What is the matter, and how it is written.
    pub reason: String,
}
