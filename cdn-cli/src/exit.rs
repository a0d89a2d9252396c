//! How a command ends.

use std::io;
use std::process::ExitCode;

/// How a command ended, as a shell sees it. Errors are values until here: nothing below `main`
/// ends the process.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ExitStatus {
    /// 0: done.
    Done,
    /// 1: the answer is no; only where a flag such as `--check` asked for an answer.
    No,
    /// 2: it could not be done, or not all of it.
    Error,
}

impl ExitStatus {
    /// The number.
    pub const fn code(self) -> u8 {
        match self {
            Self::Done => 0,
            Self::No => 1,
            Self::Error => 2,
        }
    }
}

impl From<ExitStatus> for ExitCode {
    fn from(status: ExitStatus) -> Self {
        Self::from(status.code())
    }
}

/// Whether the reader of our output has gone (`cdn-cli … | head -1`), which is its right.
pub(crate) fn is_broken_pipe(error: &anyhow::Error) -> bool {
    error
        .chain()
        .filter_map(|cause| cause.downcast_ref::<io::Error>())
        .any(|cause| cause.kind() == io::ErrorKind::BrokenPipe)
}
