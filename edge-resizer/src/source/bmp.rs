//! Windows bitmap: size from the information header.

use super::Header;
use super::bytes::{array, le16, le32};

/// Sizes of the information header, by version: 2.x, 3.0, 3.0 with masks, OS/2 2, 4 and 5.
const HEADER_SIZES: [u32; 8] = [12, 16, 40, 52, 56, 64, 108, 124];
/// The first header with an alpha mask.
const HEADER_WITH_ALPHA: u32 = 56;
/// Compression by bit masks.
const BITFIELDS: u32 = 3;

/// `BM` alone is two letters of text: the information header must have a size that exists.
pub(super) fn is(bytes: &[u8]) -> bool {
    bytes.starts_with(b"BM") && le32(bytes, 14).is_some_and(|size| HEADER_SIZES.contains(&size))
}

pub(super) fn read(bytes: &[u8]) -> Option<Header> {
    let header_size = le32(bytes, 14)?;
    if header_size == 12 {
        return Header::still(le16(bytes, 18)?.into(), le16(bytes, 20)?.into(), false);
    }
    let side = |at| array(bytes, at).map(i32::from_le_bytes);
    let width = u32::try_from(side(18)?).ok()?;
    // A negative height counts from the top down.
    let height = side(22)?.unsigned_abs();
    let has_masks = header_size >= HEADER_WITH_ALPHA && le32(bytes, 30)? == BITFIELDS;
    let alpha = has_masks && le32(bytes, 66)? != 0;
    Header::still(width, height, alpha)
}
