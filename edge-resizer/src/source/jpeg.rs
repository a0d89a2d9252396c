//! JPEG (ITU-T T.81): size from the frame header, orientation from EXIF.

use super::bytes::be16;
use super::{Header, Orientation, ifd};

/// What follows a marker of the header.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Segment<'a> {
    /// The marker's second byte.
    pub(crate) marker: u8,
    /// What it holds, without its length.
    pub(crate) payload: &'a [u8],
    /// Where it ends in the file.
    pub(crate) end: usize,
}

/// Start of scan: entropy-coded data follows.
pub(crate) const SOS: u8 = 0xDA;
/// End of image.
pub(crate) const EOI: u8 = 0xD9;
const SOI: u8 = 0xD8;
const TEM: u8 = 0x01;
const RST0: u8 = 0xD0;
const RST7: u8 = 0xD7;
const APP1: u8 = 0xE1;

/// The segments from `at` (just after a segment's or scan's end) up to and with the next start of
/// scan, or to where the file breaks off. Fill bytes and rubbish between segments are passed over.
pub(crate) fn segments(bytes: &[u8], at: usize) -> impl Iterator<Item = Segment<'_>> {
    let mut at = Some(at);
    std::iter::from_fn(move || {
        let segment = next_segment(bytes, at.take()?)?;
        at = (segment.marker != SOS && segment.marker != EOI).then_some(segment.end);
        Some(segment)
    })
}

fn next_segment(bytes: &[u8], mut at: usize) -> Option<Segment<'_>> {
    loop {
        at += bytes.get(at..)?.iter().position(|byte| *byte == 0xFF)?;
        let marker = *bytes.get(at + 1)?;
        match marker {
            0xFF => at += 1,
            0x00 | TEM | SOI | RST0..=RST7 => at += 2,
            EOI => return Some(Segment { marker, payload: &[], end: at + 2 }),
            _ => {
                let length = usize::from(be16(bytes, at + 2)?);
                let end = at.checked_add(2)?.checked_add(length)?;
                let payload = bytes.get(at + 4..end)?;
                return Some(Segment { marker, payload, end });
            }
        }
    }
}

/// Whether the marker is a frame header: SOF0 to SOF15, without DHT, JPG and DAC among them.
const fn is_frame(marker: u8) -> bool {
    matches!(marker, 0xC0..=0xCF) && !matches!(marker, 0xC4 | 0xC8 | 0xCC)
}

pub(super) fn read(bytes: &[u8]) -> Option<Header> {
    let mut header = None;
    let mut orientation = None;
    for segment in segments(bytes, 2) {
        if header.is_none() && is_frame(segment.marker) {
            let (height, width) = (be16(segment.payload, 1)?, be16(segment.payload, 3)?);
            header = Some(Header::still(width.into(), height.into(), false)?);
        } else if segment.marker == APP1 && orientation.is_none() {
            orientation = segment.payload.strip_prefix(b"Exif\0").map(|exif| {
                // The sixth byte pads; some writers leave it other than 0.
                ifd::orientation(exif.get(1..).unwrap_or_default())
            });
        }
    }
    let orientation = orientation.unwrap_or(Orientation::UPRIGHT);
    header.map(|header| Header { orientation, ..header })
}
