//! Resampling of rows that come one after the other, from the top.
//!
//! The result is made in strips of a few rows. No more is held of the picture than the rows that the
//! next strip needs: its own and, above and below, as many as the kernel reaches over.

use std::ops::Range;

use fast_image_resize::images::{TypedImage, TypedImageRef};
use fast_image_resize::pixels::{U8x3, U8x4};
use fast_image_resize::{
    CropBox, Filter, FilterType, PixelTrait, ResizeAlg, ResizeOptions, Resizer,
};

use super::{Channels, Raster, alpha};
use crate::geometry::Size;
use crate::planes::{LOBES, lanczos3};

/// Bytes of the rows that a strip is made of, without those that the kernel reaches over: enough
/// that its weights, which are computed for each strip, cost next to nothing, and few enough to stay
/// in a core's cache.
const STRIP_BYTES: usize = 1 << 20;

/// What is resampled.
#[derive(Clone, Copy, Debug)]
pub(super) struct Resampling {
    /// The picture's size.
    pub(super) source: Size,
    /// Its layout: `Rgb` or `Rgba`.
    pub(super) channels: Channels,
    /// The part of it that is seen; the kernel reaches over its edges where there are pixels.
    pub(super) part: CropBox,
    /// The size at which it is seen.
    pub(super) target: Size,
}

/// Resamples a picture, row by row: Lanczos3, alpha premultiplied, in gamma space.
pub(super) struct Strips {
    work: Resampling,
    /// Rows of the result in a strip.
    height: u32,
    /// The strip that is made next; `None` when all are.
    next: Option<Strip>,
    /// The number of the row that comes next.
    row: u32,
    /// Rows up to that one, alpha premultiplied.
    held: Vec<u8>,
    /// The result as far as it is made.
    done: Vec<u8>,
    resizer: Resizer,
}

/// Rows of the result, and the rows of the picture that they need.
#[derive(Clone, Debug, PartialEq)]
struct Strip {
    rows: Range<u32>,
    needs: Range<u32>,
}

impl Strips {
    pub(super) fn new(work: Resampling) -> Self {
        Self::of_bytes(work, STRIP_BYTES)
    }

    fn of_bytes(work: Resampling, bytes: usize) -> Self {
        let stride = work.source.width as usize * work.channels.count();
        let height = ((bytes / stride) as f64 / work.scale()).clamp(1.0, f64::from(u32::MAX));
        Self {
            work,
            height: height as u32,
            next: work.strip(0, height as u32),
            row: 0,
            held: Vec::new(),
            done: Vec::with_capacity(Raster::bytes(work.target, work.channels)),
            resizer: Resizer::new(),
        }
    }

    /// Takes the next row.
    pub(super) fn push(&mut self, row: &[u8]) {
        let number = self.row;
        self.row += 1;
        if self.next.as_ref().is_none_or(|strip| number < strip.needs.start) {
            return;
        }
        let start = self.held.len();
        self.held.extend_from_slice(row);
        let row = &mut self.held[start..];
        if alpha::is_translucent(self.work.channels, row) {
            alpha::multiply(self.work.channels, row);
        }
        while let Some(strip) = self.next.take_if(|strip| strip.needs.end <= self.row) {
            self.make(&strip);
            self.next = self.work.strip(strip.rows.end, self.height);
            self.forget();
        }
    }

    /// The result, when every row was taken.
    pub(super) fn finish(mut self) -> Raster {
        let Resampling { target, channels, .. } = self.work;
        self.done.resize(Raster::bytes(target, channels), 0);
        Raster { size: target, channels, data: self.done }
    }

    /// Makes a strip of the rows that are held, which it needs.
    fn make(&mut self, strip: &Strip) {
        let Resampling { source, channels, part, target } = self.work;
        let scale = self.work.scale();
        let rows = strip.rows.end - strip.rows.start;
        let held = Size::new(source.width, self.held_rows());
        let top =
            part.top + f64::from(strip.rows.start) * scale - f64::from(self.row - held.height);
        let box_of_strip =
            CropBox { top, height: within(top, f64::from(rows) * scale, held.height), ..part };
        let start = self.done.len();
        let size = Size::new(target.width, rows);
        self.done.resize(start + Raster::bytes(size, channels), 0);
        let source = Pixels { size: held, channels, data: &self.held };
        resample(
            &mut self.resizer,
            source,
            box_of_strip,
            lanczos(),
            (size, &mut self.done[start..]),
        );
        alpha::divide(channels, &mut self.done[start..]);
    }

    /// Gives up the rows that are not needed any more.
    fn forget(&mut self) {
        let first = self.row - self.held_rows();
        let needed = self.next.as_ref().map_or(self.row, |strip| strip.needs.start.min(self.row));
        let stride = self.work.source.width as usize * self.work.channels.count();
        self.held.drain(..needed.saturating_sub(first) as usize * stride);
    }

    fn held_rows(&self) -> u32 {
        let stride = self.work.source.width as usize * self.work.channels.count();
        (self.held.len() / stride) as u32
    }
}

impl Resampling {
    /// How many rows of the picture a row of the result covers.
    fn scale(&self) -> f64 {
        self.part.height / f64::from(self.target.height)
    }

    /// The strip that begins with this row of the result; `None` below the last.
    fn strip(&self, start: u32, height: u32) -> Option<Strip> {
        let end = start.saturating_add(height).min(self.target.height);
        // Made smaller, the kernel spans as many rows as it takes to leave no alias. A row more on
        // either side: what is rounded there must not fall outside.
        let reach = LOBES * self.scale().max(1.0) + 1.0;
        let center = |row: u32| self.part.top + (f64::from(row) + 0.5) * self.scale();
        (start < end).then(|| Strip {
            rows: start..end,
            needs: (center(start) - reach).max(0.0) as u32
                ..((center(end - 1) + reach).ceil() as u32).min(self.source.height),
        })
    }
}

/// A length from `start` on that does not reach over the end of a side, not even by what rounding
/// adds.
pub(super) fn within(start: f64, length: f64, side: u32) -> f64 {
    let mut length = length.min(f64::from(side) - start);
    while start + length > f64::from(side) {
        length = length.next_down();
    }
    length
}

/// Lanczos3 by our own table: the crate's takes sines from the machine's C library, which differ in
/// the last bit from one to the next, and takes longer.
#[expect(clippy::expect_used, reason = "the width is a constant above 0")]
fn lanczos() -> FilterType {
    FilterType::Custom(
        Filter::new("Lanczos3", lanczos3, LOBES).expect("the width is finite and above 0"),
    )
}

/// Borrowed pixels, alpha premultiplied or opaque.
#[derive(Clone, Copy)]
pub(super) struct Pixels<'a> {
    pub(super) size: Size,
    pub(super) channels: Channels,
    pub(super) data: &'a [u8],
}

/// Resamples a part of the pixels to a size; the target's bytes are as many as it takes.
pub(super) fn resample(
    resizer: &mut Resizer,
    source: Pixels<'_>,
    part: CropBox,
    filter: FilterType,
    target: (Size, &mut [u8]),
) {
    match source.channels {
        Channels::Rgb => resample_pixels::<U8x3>(resizer, source, part, filter, target),
        Channels::Rgba | Channels::Cmyk => {
            resample_pixels::<U8x4>(resizer, source, part, filter, target);
        }
        // No picture yet.
        Channels::Gray | Channels::GrayAlpha => {}
    }
}

/// By pixel type, for the crate's own choice at run time would compile its kernels for all of them.
#[expect(clippy::expect_used, reason = "sizes, buffers and the box are made to fit each other")]
fn resample_pixels<P: PixelTrait>(
    resizer: &mut Resizer,
    source: Pixels<'_>,
    part: CropBox,
    filter: FilterType,
    (size, data): (Size, &mut [u8]),
) {
    let Size { width, height } = source.size;
    let source = TypedImageRef::<P>::from_buffer(width, height, source.data)
        .expect("the pixels are as many as their size says");
    let mut target = TypedImage::<P>::from_buffer(size.width, size.height, data)
        .expect("the buffer was made for this size");
    let options = ResizeOptions::new()
        .resize_alg(ResizeAlg::Convolution(filter))
        .crop(part.left, part.top, part.width, part.height)
        .use_alpha(false);
    resizer.resize_typed(&source, &mut target, &options).expect("the box lies in the source");
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::pixels::tests::{gradient, plain};

    fn made(work: Resampling, picture: &Raster, bytes: usize) -> Raster {
        let mut strips = Strips::of_bytes(work, bytes);
        picture.data.chunks_exact(picture.stride()).for_each(|row| strips.push(row));
        strips.finish()
    }

    proptest! {
        #[test]
        fn strips_of_any_height_give_what_one_strip_gives(
            width in 1_u32..60,
            height in 1_u32..300,
            target_width in 1_u32..60,
            target_height in 1_u32..300,
            (left, top) in (0.0..0.5_f64, 0.0..0.5_f64),
            part in 0.01..0.5_f64,
            bytes in 1_usize..9_000,
            has_alpha: bool,
        ) {
            let channels = if has_alpha { Channels::Rgba } else { Channels::Rgb };
            let mut picture = gradient(Size::new(width, height), channels);
            if has_alpha {
                // A difference of premultiplied colors is as large as it is when they are opaque.
                picture.data.iter_mut().skip(3).step_by(4).for_each(|alpha| *alpha = 255);
            }
            let side = |side: u32, start: f64| (f64::from(side) * start, f64::from(side) * part);
            let ((left, width), (top, height)) = (side(width, left), side(height, top));
            let work = Resampling {
                source: picture.size,
                channels,
                part: CropBox { left, top, width, height },
                target: Size::new(target_width, target_height),
            };
            let (strips, whole) =
                (made(work, &picture, bytes), made(work, &picture, usize::MAX));
            let off = |by: u8| {
                let pairs = strips.data.iter().zip(&whole.data);
                pairs.filter(|(a, b)| a.abs_diff(**b) > by).count()
            };
            prop_assert_eq!(strips.size, whole.size);
            // The crate rounds weights to as many bits as the largest of a call allows: a sample
            // between the passes may differ by 1, and a few such samples make a difference of 2.
            prop_assert_eq!(off(2), 0);
            prop_assert!(off(0) * 20 <= whole.data.len() + 20, "{} of {}", off(0), whole.data.len());
        }
    }

    #[test]
    fn no_more_is_held_than_a_strip_and_what_the_kernel_reaches_over() {
        let (source, target) = (Size::new(400, 4_000), Size::new(80, 800));
        let part = CropBox { left: 0.0, top: 0.0, width: 400.0, height: 4_000.0 };
        let work = Resampling { source, channels: Channels::Rgba, part, target };
        let mut strips = Strips::of_bytes(work, 50 * 400 * 4);
        for _ in 0..source.height {
            strips.push(&[255; 400 * 4]);
            // 10 rows of the result, 3 * 5 rows above and below, and a row for rounding.
            assert!(strips.held_rows() <= 50 + 30 + 3, "{}", strips.held_rows());
        }
        assert!(strips.finish() == plain(target, &[255; 4]));
    }
}
