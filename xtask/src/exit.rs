//! How a task ends, and how it speaks.

use std::fmt;
use std::process::ExitCode;

/// How a task ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Exit {
    /// All is well.
    Done,
    /// A check says no.
    Failed,
    /// It could not be tried: something is missing or wrong.
    Error,
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        match exit {
            Exit::Done => Self::SUCCESS,
            Exit::Failed => Self::from(1),
            Exit::Error => Self::from(2),
        }
    }
}

/// A line for whoever watches, on standard error, as cargo's own are.
#[expect(clippy::print_stderr, reason = "the one place where this program speaks")]
pub(crate) fn say(line: impl fmt::Display) {
    eprintln!("{line}");
}
