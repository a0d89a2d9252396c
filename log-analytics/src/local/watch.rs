//! A look at a reading that is not at its end.

use std::sync::{Arc, Mutex, PoisonError};

use super::summary::Gathered;

/// What a reading has come to; clones look at the same one.
#[derive(Clone, Debug, Default)]
pub struct Watch(Arc<Mutex<Gathered>>);

/// How much is read.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct SoFar {
    /// Files read to their end.
    pub files: u64,
    /// Their bytes as they lie there.
    pub bytes: u64,
}

impl Watch {
    /// How much is read so far.
    pub fn so_far(&self) -> SoFar {
        let gathered = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        SoFar { files: gathered.summary.files, bytes: gathered.summary.bytes }
    }

    pub(super) fn begin(&self, is_strict: bool) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) =
            Gathered { is_strict, ..Gathered::default() };
    }

    pub(super) fn gathered(&self) -> Arc<Mutex<Gathered>> {
        Arc::clone(&self.0)
    }

    pub(super) fn take(&self) -> Gathered {
        std::mem::take(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}
