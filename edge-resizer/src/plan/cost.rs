//! What a plan costs, known before a pixel is touched, from sizes alone: the same request costs the
//! same on every machine, whatever else it does.
//!
//! The unit is the pixel operation: about what decoding one pixel of a JPEG takes. Weights are rounded
//! ratios of measured times (`cargo xtask bench`), coarse on purpose: they tell a thumbnail from an
//! attack, not one codec version from the next.

use crate::codec::{EncodeOptions, PROBE_COST};
use crate::error::Error;
use crate::geometry::Size;
use crate::pixels::Op;
use crate::recipe::Format;
use crate::source::{SourceFormat, SourceInfo};

/// Pixel operations of reading and reshaping: all but the encoding.
pub(super) fn of_steps(info: &SourceInfo, frames: u32, ops: &[Op]) -> u64 {
    let decode = info.stored.pixels().saturating_mul(decoding(info.format));
    let start = (info.stored, decode);
    let (_, once) = ops.iter().fold(start, |(size, total), op| {
        let (after, cost) = of_step(op, size);
        (after, total.saturating_add(cost))
    });
    once.saturating_mul(u64::from(frames))
}

/// The encodings that fit in what the steps leave of the limit, and why those before them do not. One
/// that may have to be repeated, to keep a limit of bytes, is as often as that leaves room for.
///
/// # Errors
/// [`Error::TooLarge`] where none does.
pub(super) fn affordable(
    encodings: Vec<EncodeOptions>,
    steps: u64,
    (output, frames): (Size, u32),
    limit: u64,
) -> Result<(Vec<EncodeOptions>, Option<String>), Error> {
    let pixels = output.pixels().saturating_mul(u64::from(frames));
    let cost = |encoding: &EncodeOptions| {
        let probe = if encoding.per_photo { PROBE_COST } else { 0 };
        let each = self::encoding(encoding.format) + probe;
        steps.saturating_add(pixels.saturating_mul(each))
    };
    let cheapest = encodings.iter().map(cost).min().unwrap_or(steps);
    if cheapest > limit {
        let what = "the work, in pixel operations,";
        return Err(Error::TooLarge { what, value: cheapest, limit });
    }
    let first = encodings.first().map(|encoding| encoding.format);
    let repeated = |mut encoding: EncodeOptions| {
        let cost = cost(&encoding);
        let once = pixels.saturating_mul(self::encoding(encoding.format)).max(1);
        if let Some(bytes) = &mut encoding.limit {
            let further = u32::try_from(limit.saturating_sub(cost) / once).unwrap_or(u32::MAX);
            bytes.encodes = bytes.encodes.min(further.saturating_add(1));
        }
        encoding
    };
    let affordable: Vec<_> =
        encodings.into_iter().filter(|e| cost(e) <= limit).map(repeated).collect();
    let skipped = first.filter(|first| affordable.first().map(|e| e.format) != Some(*first));
    Ok((affordable, skipped.map(|format| format!("too many pixels for {}", format.extension()))))
}

const fn decoding(format: SourceFormat) -> u64 {
    match format {
        SourceFormat::Svg => 0,
        SourceFormat::Jpeg | SourceFormat::Bmp => 1,
        SourceFormat::Gif => 3,
        SourceFormat::Png | SourceFormat::Tiff => 6,
        SourceFormat::Webp | SourceFormat::Avif => 8,
    }
}

const fn encoding(format: Format) -> u64 {
    match format {
        Format::Jpeg => 3,
        Format::Png => 20,
        Format::Gif => 25,
        Format::Webp => 40,
        Format::Avif => 200,
    }
}

/// The size after a step, and its cost.
fn of_step(op: &Op, before: Size) -> (Size, u64) {
    let after = match op {
        Op::Orient(turn) => turn.size(before),
        Op::Crop(rect) => rect.size,
        Op::Resize(size)
        | Op::ResizeLinear(size)
        | Op::CropTo(size, _)
        | Op::Cover(size, _)
        | Op::CoverLinear(size, _)
        | Op::Pad(size, _) => *size,
        Op::Border([top, right, bottom, left], _) => {
            Size::new(before.width + left + right, before.height + top + bottom)
        }
        Op::Blur(_) | Op::Sharpen(_) | Op::Adjust(_) | Op::Level(_) | Op::Flatten(_) => before,
    };
    let (read, written) = match op {
        Op::Resize(_) | Op::Cover(..) => (1, 3),
        Op::ResizeLinear(_) | Op::CoverLinear(..) => (5, 8),
        Op::Blur(_) => (0, 10),
        Op::Sharpen(_) | Op::Adjust(_) => (0, 6),
        Op::Crop(_)
        | Op::CropTo(..)
        | Op::Pad(..)
        | Op::Border(..)
        | Op::Flatten(_)
        | Op::Level(_) => (0, 1),
        Op::Orient(_) => (0, 2),
    };
    (
        after,
        before.pixels().saturating_mul(read).saturating_add(after.pixels().saturating_mul(written)),
    )
}
