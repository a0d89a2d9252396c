//! Gaussian blur.
//!
//! Three passes of an extended box filter: a box whose two end pixels count by a fraction, so that
//! its variance is exactly that of the Gaussian for every sigma ("Theoretical foundations of Gaussian
//! convolution by extended box filtering", SSVM 2011, <https://doi.org/10.1007/978-3-642-24785-9_38>).
//! A running sum makes its cost the same for every radius. At the edges the outermost pixel goes on.

use super::{Channels, Raster, alpha};

/// Passes; three are within 3 % of a Gaussian.
const PASSES: usize = 3;

/// Columns that are blurred at once in the vertical direction, in bytes.
const STRIP: usize = 16;

/// Blurs; a sigma of 0 or less does nothing.
pub(super) fn blur(raster: Raster, sigma: f32) -> Raster {
    let longest = raster.size.width.max(raster.size.height);
    let Some(kernel) = ExtendedBox::new(f64::from(sigma), longest) else { return raster };
    alpha::premultiplied(raster, |mut raster| {
        match raster.channels {
            Channels::Gray => blur_rows::<1>(&mut raster, kernel),
            Channels::GrayAlpha => blur_rows::<2>(&mut raster, kernel),
            Channels::Rgb => blur_rows::<3>(&mut raster, kernel),
            Channels::Rgba | Channels::Cmyk => blur_rows::<4>(&mut raster, kernel),
        }
        blur_columns(&mut raster, kernel);
        raster
    })
}

/// `2 * radius + 1` pixels that count fully and one at each end that counts `edge / 65536`.
#[derive(Clone, Copy, Debug)]
struct ExtendedBox {
    radius: usize,
    edge: u64,
    /// `2^40 /` the sum of the weights, in units of 1/65536.
    inverse: u64,
}

impl ExtendedBox {
    const ONE: u64 = 1 << 16;
    const SHIFT: u32 = 40;

    /// The box whose `PASSES` passes make up for `sigma`; `None` where nothing would change. A
    /// sigma beyond the longest side of the picture is as good as that side.
    fn new(sigma: f64, longest: u32) -> Option<Self> {
        if sigma.is_nan() || sigma <= 0.0 {
            return None;
        }
        let sigma = sigma.min(f64::from(longest));
        let variance = sigma * sigma / PASSES as f64;
        let radius = (0.5 * (12.0 * variance + 1.0).sqrt() - 0.5).floor();
        let edge = (2.0 * radius + 1.0) * (radius * (radius + 1.0) - 3.0 * variance)
            / (6.0 * (variance - (radius + 1.0) * (radius + 1.0)));
        let edge = (edge * Self::ONE as f64).round() as u64;
        if radius == 0.0 && edge == 0 {
            return None;
        }
        let sum = (2 * radius as u64 + 1) * Self::ONE + 2 * edge;
        Some(Self { radius: radius as usize, edge, inverse: (1 << Self::SHIFT) / sum })
    }

    /// Length of a line with the pixels that go on at both ends.
    const fn padded(self, length: usize) -> usize {
        length + 2 * (self.radius + 1)
    }

    /// One pass over a line, from `padded` (the line with `radius + 1` more pixels at each end).
    fn pass<const N: usize>(self, padded: &[[u16; N]], line: &mut [[u16; N]]) {
        let width = 2 * self.radius + 1;
        let mut sums = [0_u64; N];
        for pixel in &padded[1..=width] {
            for (sum, value) in sums.iter_mut().zip(pixel) {
                *sum += u64::from(*value);
            }
        }
        let ahead = padded[width + 1..].iter();
        for (((target, before), first), after) in
            line.iter_mut().zip(padded).zip(&padded[1..]).zip(ahead)
        {
            for channel in 0..N {
                let ends = u64::from(before[channel]) + u64::from(after[channel]);
                let weighted = sums[channel] * Self::ONE + ends * self.edge;
                // At most 65535: the inverse is rounded down.
                let rounded = (weighted * self.inverse + (1 << (Self::SHIFT - 1))) >> Self::SHIFT;
                target[channel] = rounded as u16;
                sums[channel] += u64::from(after[channel]);
                sums[channel] -= u64::from(first[channel]);
            }
        }
    }

    /// All passes over a line.
    fn blur<const N: usize>(self, line: &mut [[u16; N]], padded: &mut [[u16; N]]) {
        let (Some(reach), length) = (self.radius.checked_add(1), line.len()) else { return };
        for _ in 0..PASSES {
            let (Some(first), Some(last)) = (line.first(), line.last()) else { return };
            padded[..reach].fill(*first);
            padded[reach + length..].fill(*last);
            padded[reach..reach + length].copy_from_slice(line);
            self.pass(padded, line);
        }
    }
}

fn blur_rows<const N: usize>(raster: &mut Raster, kernel: ExtendedBox) {
    let width = raster.size.width as usize;
    let mut line = vec![[0; N]; width];
    let mut padded = vec![[0; N]; kernel.padded(width)];
    for row in raster.data.as_chunks_mut::<N>().0.chunks_exact_mut(width) {
        line.iter_mut().zip(&*row).for_each(|(to, from)| *to = from.map(widened));
        kernel.blur(&mut line, &mut padded);
        row.iter_mut().zip(&line).for_each(|(to, from)| *to = from.map(narrowed));
    }
}

/// Columns do not care which channel they are of: they are taken by strips of bytes.
fn blur_columns(raster: &mut Raster, kernel: ExtendedBox) {
    let (stride, height) = (raster.stride(), raster.size.height as usize);
    let mut line = vec![[0; STRIP]; height];
    let mut padded = vec![[0; STRIP]; kernel.padded(height)];
    for start in (0..stride).step_by(STRIP) {
        let end = (start + STRIP).min(stride);
        for (to, row) in line.iter_mut().zip(raster.data.chunks_exact(stride)) {
            to.iter_mut().zip(&row[start..end]).for_each(|(to, from)| *to = widened(*from));
        }
        kernel.blur(&mut line, &mut padded);
        for (row, from) in raster.data.chunks_exact_mut(stride).zip(&line) {
            row[start..end].iter_mut().zip(from).for_each(|(to, from)| *to = narrowed(*from));
        }
    }
}

/// Between passes values have 16 bits, so that soft gradients do not become steps.
fn widened(value: u8) -> u16 {
    u16::from(value) * 257
}

fn narrowed(value: u16) -> u8 {
    ((u32::from(value) + 128) / 257) as u8
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::geometry::Size;
    use crate::pixels::tests::{gradient, plain};

    #[test]
    fn a_plain_picture_stays_plain() {
        for sigma in [0.1, 0.5, 1.0, 7.3, 125.0, 1e9] {
            for pixel in [&[0, 128, 255][..], &[255, 255, 255, 255]] {
                let picture = plain(Size::new(37, 5), pixel);
                assert_eq!(blur(picture.clone(), sigma), picture, "{sigma} {pixel:?}");
            }
        }
    }

    #[test]
    fn nothing_to_do() {
        let picture = gradient(Size::new(9, 9), Channels::Rgb);
        for sigma in [0.0, -1.0, f32::NAN, 0.0001] {
            assert_eq!(blur(picture.clone(), sigma), picture, "{sigma}");
        }
    }

    #[test]
    fn a_dot_spreads_as_a_gaussian_does() {
        for sigma in [0.6_f64, 1.0, 2.5, 6.0] {
            let side = 101_u32;
            let middle = i32::try_from(side / 2).unwrap();
            // A bright line, so that there is something left to measure after the blur.
            let size = Size::new(side, 3);
            let data = (0..side * 3).map(|i| if i % side == side / 2 { 255 } else { 0 }).collect();
            let raster = Raster { size, channels: Channels::Gray, data };
            let blurred = blur(raster, sigma as f32);
            let row = &blurred.data[..side as usize];
            for (x, value) in (0_i32..).zip(row) {
                let at = f64::from(x - middle);
                let want = 255.0 * (-at * at / (2.0 * sigma * sigma)).exp()
                    / (sigma * (2.0 * std::f64::consts::PI).sqrt());
                let peak = 255.0 / (sigma * 2.5);
                let error = (f64::from(*value) - want).abs();
                assert!(error <= 1.0 + peak * 0.1, "sigma {sigma} at {at}: {value}, not {want}");
            }
        }
    }

    #[test]
    fn rows_and_columns_are_treated_alike() {
        let picture = gradient(Size::new(40, 23), Channels::Rgb);
        let transpose = |raster| {
            crate::pixels::orient::orient(
                raster,
                crate::geometry::Turn { transpose: true, ..crate::geometry::Turn::NONE },
            )
        };
        let one = transpose(blur(picture.clone(), 3.0));
        let other = blur(transpose(picture), 3.0);
        let worst = one.data.iter().zip(&other.data).map(|(a, b)| a.abs_diff(*b)).max();
        assert!(worst <= Some(1), "{worst:?}");
    }

    #[test]
    fn hidden_colors_do_not_bleed() {
        let size = Size::new(16, 4);
        let data = (0..size.pixels()).flat_map(|i| match i % 16 {
            0..8 => [255, 0, 0, 255],
            _ => [0, 255, 0, 0],
        });
        let raster = Raster { size, channels: Channels::Rgba, data: data.collect() };
        for pixel in blur(raster, 2.0).data.as_chunks::<4>().0 {
            assert_eq!(pixel[1], 0, "{pixel:?}");
        }
    }
}
