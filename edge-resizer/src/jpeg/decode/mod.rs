//! The decoder: compressed bytes to planes.
//!
//! ```text
//! segments -> scan (bits -> Huffman -> coefficients) -> inverse DCT -> planes
//! ```
//!
//! A picture that will be shrunk needs no more than the low frequencies of each 8 x 8 block: the
//! inverse DCT of the first 4 x 4, 2 x 2 or 1 x 1 coefficients gives the block at 1/2, 1/4 or 1/8 of
//! its size, and the others are skipped by a table that steps over several symbols at once. Planes
//! keep the file's own colour space and sampling. Their true extent is a fraction of a sample where
//! the picture's size is no multiple of the scale; whoever resizes them has to heed it, or the
//! picture shifts.
//!
//! Sequential and progressive Huffman-coded files of 8 bits with 1 or 3 components are read; all
//! else (arithmetic coding, 12 bits, CMYK, lossless) is [`JpegError::Unsupported`] and belongs to
//! another decoder. Arithmetic is on integers alone: the same bytes give the same planes everywhere.

mod bits;
mod huffman;
mod idct;
mod needed;
mod samples;
mod scan;
mod segments;

use self::scan::Decoder;
use self::segments::{Segment, Segments};
use crate::planes::Planes;

/// Why a file is not decoded.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum JpegError {
    /// It breaks the format's rules before any picture data.
    #[error("{0}")]
    Invalid(&'static str),
    /// It is of a kind that this decoder leaves to another.
    #[error("{0} is left to another decoder")]
    Unsupported(&'static str),
}

/// The part of the full size at which the planes come out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Scale {
    /// 1/8: a sample a block.
    Eighth,
    /// 1/4: 2 x 2 samples a block.
    Quarter,
    /// 1/2: 4 x 4 samples a block.
    Half,
    /// All samples.
    Full,
}

impl Scale {
    /// Samples along a side of a block, and coefficients along a side that are used.
    pub(crate) const fn block(self) -> usize {
        match self {
            Self::Eighth => 1,
            Self::Quarter => 2,
            Self::Half => 4,
            Self::Full => 8,
        }
    }

    /// Twice the size, where there is more.
    const fn next_larger(self) -> Self {
        match self {
            Self::Eighth => Self::Quarter,
            Self::Quarter => Self::Half,
            Self::Half | Self::Full => Self::Full,
        }
    }
}

/// What is to be decoded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Request {
    /// Width and height that the file was found to have; a frame of another size is refused before
    /// it takes memory.
    pub(crate) size: (usize, usize),
    /// The scale of the planes; they come at the next larger one where color is stored at a quarter
    /// of the size along a side.
    pub(crate) scale: Scale,
}

/// A decoded file.
#[derive(Clone, Debug)]
pub(crate) struct Decoded {
    /// The picture.
    pub(crate) planes: Planes,
    /// Whether the file ended early or broke.
    pub(crate) truncated: bool,
}

/// Decodes to planes at a scale.
///
/// A file that ends early or breaks in its picture data gives what was decoded until then, and
/// [`Decoded::truncated`] is set; the rest is white, or of a progressive file as coarse as it had
/// come. A row at least has to be there.
///
/// Memory: the planes, and for progressive files the coefficients that the scale needs (2 bytes
/// each, and 8 bytes a block).
pub(crate) fn decode(bytes: &[u8], request: Request) -> Result<Decoded, JpegError> {
    let mut segments = Segments::new(bytes)?;
    let mut decoder = Decoder::new(request);
    while let Some(segment) = segments.next_segment() {
        match read_segment(&mut decoder, &mut segments, segment) {
            Ok(Next::Segment) => {}
            Ok(Next::End) => break,
            // What breaks behind a picture leaves the picture.
            Err(_) if decoder.has_rows() => {
                decoder.broken = true;
                break;
            }
            Err(error) => return Err(error),
        }
    }
    decoder.finish(segments.ended_properly())
}

/// What comes after a segment.
enum Next {
    Segment,
    End,
}

fn read_segment<'a>(
    decoder: &mut Decoder,
    segments: &mut Segments<'a>,
    segment: Result<Segment<'a>, JpegError>,
) -> Result<Next, JpegError> {
    match segment? {
        Segment::Quantization(payload) => decoder.read_quantization(payload)?,
        Segment::Huffman(payload) => decoder.read_huffman(payload)?,
        Segment::RestartInterval(payload) => decoder.read_restart_interval(payload)?,
        Segment::Adobe { transform } => decoder.adobe_transform = Some(transform),
        Segment::Frame { marker, payload } => decoder.read_frame(marker, payload)?,
        Segment::Scan(payload) => {
            let used = decoder.read_scan(payload, segments.rest())?;
            segments.skip(used);
        }
        Segment::End => return Ok(Next::End),
        Segment::Other => {}
    }
    Ok(Next::Segment)
}

#[cfg(test)]
mod tests;
