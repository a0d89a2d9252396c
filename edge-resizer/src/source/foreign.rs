//! Formats that are known by name and refused: a client is told more than "not a picture".

use super::bytes::be32;

/// Offset, signature, name. The signatures of ISO base media files are in `heif`.
const SIGNATURES: [(usize, &[u8], &str); 15] = [
    (0, b"\xFF\x0A", "JPEG XL"),
    (0, b"\0\0\0\x0CJXL \r\n\x87\n", "JPEG XL"),
    (0, b"\0\0\0\x0CjP  \r\n\x87\n", "JPEG 2000"),
    (0, b"\xFF\x4F\xFF\x51", "JPEG 2000"),
    (0, b"8BPS", "Photoshop"),
    (0, b"%PDF-", "PDF"),
    (0, b"%!PS", "PostScript"),
    (0, b"\x1A\x45\xDF\xA3", "WebM video"),
    (0, b"FLV\x01", "Flash video"),
    (0, b"qoif", "QOI"),
    (0, b"\x76\x2F\x31\x01", "OpenEXR"),
    (0, b"II+\0", "BigTIFF"),
    (0, b"MM\0+", "BigTIFF"),
    (0, b"IIU\0", "JPEG XR"),
    (8, b"CR\x02\0", "Canon raw"),
];

/// Windows icon (type 1) or cursor (type 2): reserved 0, type, at least one picture.
const ICON_TYPES: [u32; 2] = [0x0000_0100, 0x0000_0200];

/// The name of a format that is refused.
pub(super) fn recognize(bytes: &[u8]) -> Option<&'static str> {
    let named = SIGNATURES
        .iter()
        .find(|(at, signature, _)| bytes.get(*at..).is_some_and(|tail| tail.starts_with(signature)))
        .map(|(_, _, name)| *name);
    named.or_else(|| is_icon(bytes).then_some("ICO"))
}

fn is_icon(bytes: &[u8]) -> bool {
    be32(bytes, 0).is_some_and(|kind| ICON_TYPES.contains(&kind))
        && bytes.get(4).is_some_and(|count| *count > 0)
        && bytes.get(5) == Some(&0)
}
