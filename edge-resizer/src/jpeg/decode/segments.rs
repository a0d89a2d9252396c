//! The file as a list of marker segments (ITU-T T.81, annex B).

use super::JpegError;

/// A marker segment with its payload, that is without marker and length.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Segment<'a> {
    /// DQT.
    Quantization(&'a [u8]),
    /// DHT.
    Huffman(&'a [u8]),
    /// DRI.
    RestartInterval(&'a [u8]),
    /// APP14 of Adobe.
    Adobe {
        /// 0: no transform (RGB or CMYK), 1: YCbCr, 2: YCCK.
        transform: u8,
    },
    /// SOF0 to SOF15.
    Frame {
        /// The second byte of the marker.
        marker: u8,
        /// The frame header.
        payload: &'a [u8],
    },
    /// SOS; picture data follows it.
    Scan(&'a [u8]),
    /// EOI.
    End,
    /// Application data, comments and the like.
    Other,
}

/// Reads segments one after the other.
pub(super) struct Segments<'a> {
    bytes: &'a [u8],
    position: usize,
    end_seen: bool,
}

impl<'a> Segments<'a> {
    /// Starts behind the SOI marker.
    pub(super) fn new(bytes: &'a [u8]) -> Result<Self, JpegError> {
        if !bytes.starts_with(&[0xFF, 0xD8]) {
            return Err(JpegError::Invalid("no SOI marker at the start"));
        }
        Ok(Self { bytes, position: 2, end_seen: false })
    }

    /// The next segment; `None` at the end of the bytes, or where they are cut off within one.
    pub(super) fn next_segment(&mut self) -> Option<Result<Segment<'a>, JpegError>> {
        let marker = self.next_marker()?;
        match marker {
            0xD9 => {
                self.end_seen = true;
                return Some(Ok(Segment::End));
            }
            // SOI, TEM and restart markers stand alone.
            0x01 | 0xD0..=0xD8 => return Some(Ok(Segment::Other)),
            _ => {}
        }
        let length = usize::from(u16::from_be_bytes(*self.rest().first_chunk()?));
        if length < 2 {
            return Some(Err(JpegError::Invalid("a segment is shorter than its length field")));
        }
        let payload = self.rest().get(2..length)?;
        self.position += length;
        Some(Ok(match marker {
            0xDB => Segment::Quantization(payload),
            0xC4 => Segment::Huffman(payload),
            0xDD => Segment::RestartInterval(payload),
            0xDA => Segment::Scan(payload),
            0xEE => match payload.strip_prefix(b"Adobe").and_then(|adobe| adobe.get(6)) {
                Some(&transform) => Segment::Adobe { transform },
                None => Segment::Other,
            },
            // DAC (0xCC) is for arithmetic coding, JPG (0xC8) is reserved.
            0xC0..=0xCF if marker != 0xC8 && marker != 0xCC => Segment::Frame { marker, payload },
            _ => Segment::Other,
        }))
    }

    /// Everything behind the last segment.
    pub(super) fn rest(&self) -> &'a [u8] {
        self.bytes.get(self.position..).unwrap_or_default()
    }

    /// Steps over picture data.
    pub(super) fn skip(&mut self, count: usize) {
        self.position += count;
    }

    /// Whether an EOI marker was seen.
    pub(super) fn ended_properly(&self) -> bool {
        self.end_seen
    }

    /// The second byte of the next marker: fill bytes (0xFF) and garbage are stepped over.
    fn next_marker(&mut self) -> Option<u8> {
        let is_marker = |pair: &[u8]| pair[0] == 0xFF && !matches!(pair[1], 0x00 | 0xFF);
        let start = self.rest().windows(2).position(is_marker)?;
        let marker = *self.rest().get(start + 1)?;
        self.position += start + 2;
        Some(marker)
    }
}
