//! AVIF in a build that does not write it.

use crate::pixels::Raster;

use super::EncodeOptions;

pub(in super::super) fn encode(
    _raster: &Raster,
    _exif: Option<&[u8]>,
    _options: EncodeOptions,
) -> Result<Vec<u8>, String> {
    Err("this build has no AVIF encoder".to_owned())
}
