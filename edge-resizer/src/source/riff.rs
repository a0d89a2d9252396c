//! RIFF, the container of WebP (RFC 9649, section 2.3).

use super::bytes::{array, index, le32};

/// A chunk of a WebP file.
#[derive(Clone, Copy, Debug)]
#[cfg_attr(not(feature = "transform"), expect(dead_code, reason = "only a decoder needs all"))]
pub(crate) struct Chunk<'a> {
    /// Its type.
    pub(crate) kind: [u8; 4],
    /// What it holds, as far as the file goes.
    pub(crate) data: &'a [u8],
    /// Whether the file holds all of it.
    pub(crate) complete: bool,
}

/// Length of `RIFF`, the size, and `WEBP`.
pub(crate) const FILE_HEADER: usize = 12;

/// The chunks of a WebP file; the last one may be cut short.
pub(crate) fn chunks(file: &[u8]) -> impl Iterator<Item = Chunk<'_>> {
    let mut at = FILE_HEADER;
    std::iter::from_fn(move || {
        let kind = array(file, at)?;
        let length = index(le32(file, at.checked_add(4)?)?);
        let start = at.checked_add(8)?;
        let end = start.checked_add(length)?;
        let data = file.get(start..end.min(file.len()))?;
        // Data of odd length is padded.
        at = end.checked_add(length % 2)?;
        Some(Chunk { kind, data, complete: data.len() == length })
    })
}
