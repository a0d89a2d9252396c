//! A build without the decoder for what our own does not read.

use crate::codec::{Decoded, Failure};
use crate::source::SourceInfo;

pub(super) fn decode(_bytes: &[u8], _info: &SourceInfo) -> Result<Decoded, Failure> {
    Err(Failure::Unsupported)
}
