//! AVIF in a build that does not read it.

use crate::source::SourceInfo;

use super::super::{Decoded, Failure};

/// Whether this build reads AVIF.
pub(in super::super) const DECODES: bool = false;

pub(in super::super) fn decode(_bytes: &[u8], _info: &SourceInfo) -> Result<Decoded, Failure> {
    Err(Failure::Unsupported)
}
