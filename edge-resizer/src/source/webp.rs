//! WebP (RFC 9649): size from `VP8X`, `VP8L` or `VP8 `, frames counted by their chunks.

use super::bytes::{array, le16, le24, le32};
use super::{Header, ifd, riff};

const ALPHA_FLAG: u8 = 0x10;
const ANIMATION_FLAG: u8 = 0x02;
/// Sides of a bare picture take 14 bits.
const SIDE_MASK: u32 = 0x3FFF;

pub(super) fn read(bytes: &[u8], most_frames: u32) -> Option<Header> {
    let mut chunks = riff::chunks(bytes);
    let first = chunks.next()?;
    let mut header = match &first.kind {
        b"VP8 " => lossy(first.data)?,
        b"VP8L" => lossless(first.data)?,
        b"VP8X" => extended(first.data)?,
        _ => return None,
    };
    let animated = &first.kind == b"VP8X" && first.data.first()? & ANIMATION_FLAG != 0;
    let mut frames = 0;
    for chunk in chunks {
        match &chunk.kind {
            b"ANMF" => frames += 1,
            b"ALPH" => header.alpha = true,
            b"VP8L" => header.alpha |= lossless(chunk.data).is_some_and(|still| still.alpha),
            b"EXIF" => {
                let exif = chunk.data.strip_prefix(b"Exif\0\0").unwrap_or(chunk.data);
                header.orientation = ifd::orientation(exif);
            }
            _ => {}
        }
        if frames > most_frames {
            break;
        }
    }
    if animated {
        header.frames = frames.max(1);
    }
    Some(header)
}

/// `VP8 `: the key frame's header (RFC 6386, section 9.1).
fn lossy(data: &[u8]) -> Option<Header> {
    let is_key_frame = data.first()? & 1 == 0;
    if !is_key_frame || data.get(3..6)? != b"\x9D\x01\x2A" {
        return None;
    }
    let (width, height) = (u32::from(le16(data, 6)?), u32::from(le16(data, 8)?));
    Header::still(width & SIDE_MASK, height & SIDE_MASK, false)
}

/// `VP8L`: signature, 14 bits of width less 1, 14 of height less 1, 1 of alpha.
fn lossless(data: &[u8]) -> Option<Header> {
    let [0x2F] = array(data, 0)? else { return None };
    let bits = le32(data, 1)?;
    let alpha = bits & (1 << 28) != 0;
    Header::still((bits & SIDE_MASK) + 1, ((bits >> 14) & SIDE_MASK) + 1, alpha)
}

/// `VP8X`: flags, 3 bytes reserved, width less 1 and height less 1 of the canvas, 24 bits each.
fn extended(data: &[u8]) -> Option<Header> {
    let alpha = data.first()? & ALPHA_FLAG != 0;
    Header::still(le24(data, 4)? + 1, le24(data, 7)? + 1, alpha)
}
