//! `fleet.toml`, read.

use std::path::Path;

use crate::site::Site;

/// All sites of a `fleet.toml`.
#[derive(Clone, Debug, PartialEq)]
pub struct Fleet {
    /// In the order of the file; names and domains are unique, and there is at least one.
    pub sites: Vec<Site>,
}

/// Why a `fleet.toml` cannot be used; the text names file, line, column and what to do.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum FleetError {
    /// The file cannot be read.
    #[error("cannot read {path}: {source}")]
    Unreadable {
        /// The file.
        path: String,
        /// Why.
        source: std::io::Error,
    },
    /// The file is not of the form.
    #[error("{0}")]
    Invalid(String),
}

impl Fleet {
    /// Reads a file.
    ///
    /// # Errors
    /// [`FleetError`].
    pub fn read(path: &Path) -> Result<Self, FleetError> {
        let _ = path;
        todo!()
    }
}
