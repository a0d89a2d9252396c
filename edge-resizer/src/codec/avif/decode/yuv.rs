//! YUV as AV1 stores it (ITU-T H.273) to RGB of 8 bits.

use re_rav1d::pixel::YUVRange;
use re_rav1d::{Picture, PixelLayout, PlanarImageComponent, Plane};

use crate::geometry::Size;
use crate::pixels::{Channels, Raster};

use super::super::super::{Failure, filled};
use super::item::Nclx;
use super::sequence::Colors;

/// The whole picture as RGB. Chroma of lower resolution is interpolated linearly.
pub(super) fn to_rgb(
    picture: &Picture,
    nclx: Option<Nclx>,
    colors: Colors,
) -> Result<Raster, Failure> {
    let size = Size::new(picture.width(), picture.height());
    let bits = picture.bits_per_component().map_or(8, |bits| bits.0);
    let full_range =
        nclx.map_or_else(|| picture.color_range() == YUVRange::Full, |nclx| nclx.full_range);
    let matrix = Matrix::of(nclx.map_or_else(|| colors.matrix.into(), |nclx| nclx.matrix));
    let range = Range::new(bits, full_range);
    let luma = Rows::new(picture, PlanarImageComponent::Y, size, bits);
    let (wide, tall) = match picture.pixel_layout() {
        PixelLayout::I400 => return gray(&luma, range, size),
        PixelLayout::I420 => (true, true),
        PixelLayout::I422 => (true, false),
        PixelLayout::I444 => (false, false),
    };
    let chroma_size = Size::new(
        if wide { size.width.div_ceil(2) } else { size.width },
        if tall { size.height.div_ceil(2) } else { size.height },
    );
    let chroma = [PlanarImageComponent::U, PlanarImageComponent::V]
        .map(|component| Rows::new(picture, component, chroma_size, bits));

    let mut raster = filled(size, Channels::Rgb, 0)?;
    let width = size.width as usize;
    let (mut ys, mut us, mut vs) = (Vec::new(), Vec::new(), Vec::new());
    let mut upsampler =
        Upsampler { wide, tall, blended: Vec::new(), near: Vec::new(), far: Vec::new() };
    for (y, row) in raster.data.chunks_exact_mut(width * 3).enumerate() {
        luma.read(y, &mut ys);
        upsampler.row(&chroma[0], y, width, &mut us);
        upsampler.row(&chroma[1], y, width, &mut vs);
        let samples = ys.iter().zip(us.iter().zip(&vs));
        for (pixel, (luma, (u, v))) in row.chunks_exact_mut(3).zip(samples) {
            pixel.copy_from_slice(&matrix.rgb(range, [f32::from(*luma), *u, *v]));
        }
    }
    Ok(raster)
}

fn gray(luma: &Rows, range: Range, size: Size) -> Result<Raster, Failure> {
    let mut raster = filled(size, Channels::Rgb, 0)?;
    let mut row = Vec::new();
    for (y, out) in raster.data.chunks_exact_mut(size.width as usize * 3).enumerate() {
        luma.read(y, &mut row);
        for (pixel, luma) in out.chunks_exact_mut(3).zip(&row) {
            pixel.fill(to_byte(range.luma(f32::from(*luma))));
        }
    }
    Ok(raster)
}

/// The rows of a plane.
struct Rows {
    plane: Plane,
    stride: usize,
    size: Size,
    bytes: usize,
}

impl Rows {
    fn new(picture: &Picture, component: PlanarImageComponent, size: Size, bits: usize) -> Self {
        let stride = picture.stride(component) as usize;
        let bytes = if bits > 8 { 2 } else { 1 };
        Self { plane: picture.plane(component), stride, size, bytes }
    }

    /// Reads row `y`, or the last one below it.
    fn read(&self, y: usize, row: &mut Vec<u16>) {
        let start = y.min(self.size.height as usize - 1) * self.stride;
        let length = self.size.width as usize * self.bytes;
        let data = self.plane.get(start..start + length).unwrap_or_default();
        row.clear();
        if self.bytes == 1 {
            row.extend(data.iter().map(|byte| u16::from(*byte)));
        } else {
            row.extend(data.chunks_exact(2).map(|two| u16::from_ne_bytes([two[0], two[1]])));
        }
    }
}

/// Brings chroma to the resolution of luma. Its samples are taken to lie in the middle of the
/// pixels that they are for, as where nothing is said: a pixel gets three parts of the nearest
/// sample and one of the next, in each direction.
struct Upsampler {
    wide: bool,
    tall: bool,
    near: Vec<u16>,
    far: Vec<u16>,
    blended: Vec<f32>,
}

impl Upsampler {
    fn row(&mut self, plane: &Rows, y: usize, width: usize, out: &mut Vec<f32>) {
        let (near, far) = if self.tall { neighbors(y) } else { (y, y) };
        plane.read(near, &mut self.near);
        plane.read(far, &mut self.far);
        self.blended.clear();
        self.blended.extend(
            self.near
                .iter()
                .zip(&self.far)
                .map(|(near, far)| blend(f32::from(*near), f32::from(*far))),
        );
        out.clear();
        if !self.wide {
            out.extend_from_slice(&self.blended);
            return;
        }
        let last = self.blended.len().saturating_sub(1);
        let sample = |at: usize| self.blended.get(at.min(last)).copied().unwrap_or_default();
        out.extend((0..width).map(|x| {
            let (near, far) = neighbors(x);
            blend(sample(near), sample(far))
        }));
    }
}

/// The nearest sample and the next: of an even pixel the one before, of an odd one the one after.
const fn neighbors(at: usize) -> (usize, usize) {
    let near = at / 2;
    (near, if at.is_multiple_of(2) { near.saturating_sub(1) } else { near + 1 })
}

fn blend(near: f32, far: f32) -> f32 {
    near.mul_add(0.75, far * 0.25)
}

/// From codes to luma of 0 to 1 and chroma of -0.5 to 0.5 (ITU-T H.273, 8.3).
#[derive(Clone, Copy)]
struct Range {
    luma_start: f32,
    luma_span: f32,
    chroma_middle: f32,
    chroma_span: f32,
}

impl Range {
    fn new(bits: usize, full: bool) -> Self {
        let steps = f32::from(1_u16 << (bits.clamp(8, 12) - 8));
        let most = steps.mul_add(256.0, -1.0);
        if full {
            Self {
                luma_start: 0.0,
                luma_span: most,
                chroma_middle: 128.0 * steps,
                chroma_span: most,
            }
        } else {
            Self {
                luma_start: 16.0 * steps,
                luma_span: 219.0 * steps,
                chroma_middle: 128.0 * steps,
                chroma_span: 224.0 * steps,
            }
        }
    }

    fn luma(self, code: f32) -> f32 {
        (code - self.luma_start) / self.luma_span
    }

    fn chroma(self, code: f32) -> f32 {
        (code - self.chroma_middle) / self.chroma_span
    }
}

/// Matrix coefficients (ITU-T H.273, table 4).
#[derive(Clone, Copy)]
enum Matrix {
    /// Green, blue, red.
    Identity,
    /// Luma, and how green and orange it is.
    YCgCo,
    /// What red and blue weigh in luma.
    Weights { red: f32, blue: f32 },
}

impl Matrix {
    const BT601: Self = Self::Weights { red: 0.299, blue: 0.114 };

    fn of(code: u16) -> Self {
        match code {
            0 => Self::Identity,
            1 => Self::Weights { red: 0.2126, blue: 0.0722 },
            4 => Self::Weights { red: 0.30, blue: 0.11 },
            7 => Self::Weights { red: 0.212, blue: 0.087 },
            8 => Self::YCgCo,
            9 => Self::Weights { red: 0.2627, blue: 0.0593 },
            // 5, 6 and unspecified; of the rest the nearest that is known.
            _ => Self::BT601,
        }
    }

    fn rgb(self, range: Range, [y, u, v]: [f32; 3]) -> [u8; 3] {
        match self {
            Self::Identity => [v, y, u].map(|code| to_byte(range.luma(code))),
            Self::YCgCo => {
                let (luma, green, orange) = (range.luma(y), range.chroma(u), range.chroma(v));
                let rest = luma - green;
                [rest + orange, luma + green, rest - orange].map(to_byte)
            }
            Self::Weights { red, blue } => {
                let (luma, cb, cr) = (range.luma(y), range.chroma(u), range.chroma(v));
                let of_red = (2.0 * (1.0 - red)).mul_add(cr, luma);
                let of_blue = (2.0 * (1.0 - blue)).mul_add(cb, luma);
                let of_green = (luma - red * of_red - blue * of_blue) / (1.0 - red - blue);
                [of_red, of_green, of_blue].map(to_byte)
            }
        }
    }
}

fn to_byte(value: f32) -> u8 {
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "clamped to the range of a byte"
    )]
    let byte = value.mul_add(255.0, 0.5).clamp(0.0, 255.0) as u8;
    byte
}
