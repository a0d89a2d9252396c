//! AVIF in a build without it.

use crate::pixels::Raster;
use crate::source::SourceInfo;

use super::{Decoded, EncodeOptions, Failure};

pub(super) fn decode(_bytes: &[u8], _info: &SourceInfo) -> Result<Decoded, Failure> {
    Err(Failure::Unsupported)
}

pub(super) fn encode(
    _raster: &Raster,
    _exif: Option<&[u8]>,
    _options: EncodeOptions,
) -> Result<Vec<u8>, String> {
    Err("this build has no AVIF encoder".to_owned())
}
