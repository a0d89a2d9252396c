//! PNG (third edition): size and colour type from `IHDR`, transparency from `tRNS`, orientation
//! from `eXIf`. An animated PNG counts as its first frame.

use super::bytes::{be32, index};
use super::{Header, ifd};

const SIGNATURE_LENGTH: usize = 8;
/// Bit of the colour type that tells of an alpha channel.
const ALPHA_BIT: u8 = 4;

pub(super) fn read(bytes: &[u8]) -> Option<Header> {
    let mut chunks = chunks(bytes);
    let (_, ihdr) = chunks.next().filter(|(kind, _)| kind == b"IHDR")?;
    let alpha = ihdr.get(9)? & ALPHA_BIT != 0;
    let mut header = Header::still(be32(ihdr, 0)?, be32(ihdr, 4)?, alpha)?;
    for (kind, data) in chunks {
        match &kind {
            b"tRNS" => header.alpha = true,
            b"eXIf" => header.orientation = ifd::orientation(data),
            _ => {}
        }
    }
    Some(header)
}

/// Type and data of each complete chunk.
fn chunks(bytes: &[u8]) -> impl Iterator<Item = ([u8; 4], &[u8])> {
    let mut at = SIGNATURE_LENGTH;
    std::iter::from_fn(move || {
        let length = index(be32(bytes, at)?);
        let kind = super::bytes::array(bytes, at.checked_add(4)?)?;
        let start = at.checked_add(8)?;
        let end = start.checked_add(length)?;
        let data = bytes.get(start..end)?;
        at = end.checked_add(4)?;
        Some((kind, data))
    })
}
