//! What all sites of a server share.

use crate::config::HostConfig;
use crate::error::SetupError;

/// Worker pool, variant cache, metrics, HTTP clients. Made once, put into an `Arc`.
#[derive(Debug)]
pub struct Shared {}

impl Shared {
    /// Sets them up; reads the index of the disk cache.
    ///
    /// # Errors
    /// [`SetupError::DiskCache`].
    pub fn new(config: &HostConfig) -> Result<Self, SetupError> {
        let _ = config;
        todo!()
    }

    /// The metrics in Prometheus' text format.
    pub fn metrics_text(&self) -> String {
        todo!()
    }
}
