//! Planes to RGB and back: BT.601 in full range (ITU-T T.871), on integers.

use super::{Model, Plane, Planes};

/// Bits of fraction of the constants.
const BITS: u32 = 16;

/// A constant with [`BITS`] bits of fraction.
const fn fixed(value: f64) -> i32 {
    (value * (1 << BITS) as f64 + if value < 0.0 { -0.5 } else { 0.5 }) as i32
}

const HALF: i32 = 1 << (BITS - 1);

impl Planes {
    /// Red, green, blue; of grey planes three times the same. All planes are of the first one's size.
    pub(crate) fn to_rgb(&self) -> Vec<u8> {
        let Some(first) = self.planes.first() else { return Vec::new() };
        let mut data = vec![0; first.width * first.height * 3];
        let targets = data.chunks_exact_mut(first.width * 3);
        match (self.model, self.planes.as_slice()) {
            (Model::Rgb, [r, g, b]) => {
                for (((r, g), b), target) in r.rows().zip(g.rows()).zip(b.rows()).zip(targets) {
                    for (n, pixel) in target.as_chunks_mut::<3>().0.iter_mut().enumerate() {
                        *pixel = [r[n], g[n], b[n]];
                    }
                }
            }
            (Model::YCbCr, [y, cb, cr]) => {
                for (((y, cb), cr), target) in y.rows().zip(cb.rows()).zip(cr.rows()).zip(targets) {
                    row_to_rgb(y, cb, cr, target);
                }
            }
            _ => {
                for (row, target) in first.rows().zip(targets) {
                    for (sample, pixel) in row.iter().zip(target.as_chunks_mut::<3>().0) {
                        *pixel = [*sample; 3];
                    }
                }
            }
        }
        data
    }

    /// YCbCr of rows of red, green and blue, with colour at full resolution.
    pub(crate) fn from_rgb(rgb: &[u8], width: usize, height: usize) -> Self {
        let mut planes = [0, 1, 2].map(|_| Plane::new(width, height, 0));
        let [y, cb, cr] = &mut planes;
        let rows = y.rows_mut().zip(cb.rows_mut()).zip(cr.rows_mut());
        for (((y, cb), cr), pixels) in rows.zip(rgb.chunks_exact(width * 3)) {
            for (n, pixel) in pixels.as_chunks::<3>().0.iter().enumerate() {
                [y[n], cb[n], cr[n]] = to_ycbcr(*pixel);
            }
        }
        Self { planes: planes.into(), model: Model::YCbCr }
    }

    /// With colour at half the resolution both ways: the means of 2 x 2 samples.
    #[must_use]
    pub(crate) fn subsampled(mut self) -> Self {
        for plane in self.planes.iter_mut().skip(1) {
            *plane = halved(plane);
        }
        self
    }
}

/// A row of pixels. Eight at a time, so that a compiler can do them side by side.
fn row_to_rgb(y: &[u8], cb: &[u8], cr: &[u8], target: &mut [u8]) {
    const RED: i32 = fixed(1.402);
    const GREEN_CB: i32 = fixed(-0.344_136_286);
    const GREEN_CR: i32 = fixed(-0.714_136_286);
    const BLUE: i32 = fixed(1.772);
    let pixels = target.as_chunks_mut::<3>().0.iter_mut();
    for (((y, cb), cr), pixel) in y.iter().zip(cb).zip(cr).zip(pixels) {
        let y = i32::from(*y) << BITS | HALF;
        let (cb, cr) = (i32::from(*cb) - 128, i32::from(*cr) - 128);
        *pixel = [y + RED * cr, y + GREEN_CB * cb + GREEN_CR * cr, y + BLUE * cb]
            .map(|value| (value >> BITS).clamp(0, 255) as u8);
    }
}

/// One pixel.
fn to_ycbcr([r, g, b]: [u8; 3]) -> [u8; 3] {
    let [r, g, b] = [r, g, b].map(i32::from);
    let y = fixed(0.299) * r + fixed(0.587) * g + fixed(0.114) * b + HALF;
    let cb = fixed(-0.168_735_892) * r + fixed(-0.331_264_108) * g + fixed(0.5) * b;
    let cr = fixed(0.5) * r + fixed(-0.418_687_589) * g + fixed(-0.081_312_411) * b;
    // The ends of the range are reached, and by rounding passed.
    let around_128 = |value: i32| ((value + HALF) >> BITS) + 128;
    [y >> BITS, around_128(cb), around_128(cr)].map(|value| value.clamp(0, 255) as u8)
}

/// Means of 2 x 2 samples; what an odd side lacks is its last row or column again.
fn halved(plane: &Plane) -> Plane {
    let mut out = Plane::new(plane.width.div_ceil(2), plane.height.div_ceil(2), 0);
    let rows: Vec<&[u8]> = plane.rows().collect();
    for (pair, target) in rows.chunks(2).zip(out.rows_mut()) {
        let (upper, lower) = (pair[0], pair[pair.len() - 1]);
        for ((a, b), target) in upper.chunks(2).zip(lower.chunks(2)).zip(target) {
            let sum = [a[0], a[a.len() - 1], b[0], b[b.len() - 1]].map(u16::from);
            *target = ((sum.iter().sum::<u16>() + 2) / 4) as u8;
        }
    }
    out
}

/// BT.601 in the range of video, 16 to 235 and 16 to 240, for formats that know no other.
impl Planes {
    /// Lightness and colour in limited range; grey gets the colours of grey.
    pub(crate) fn limited(&self) -> [Plane; 3] {
        let map = |plane: &Plane, table: [u8; 256]| Plane {
            data: plane.data.iter().map(|&sample| table[usize::from(sample)]).collect(),
            ..plane.clone_without_data()
        };
        let table = |steps: u32, zero: u32| -> [u8; 256] {
            std::array::from_fn(|n| ((n as u32 * steps * 2 + 255) / 510 + zero) as u8)
        };
        // 219 steps from 16 on; 224 around 128, where 0 and 255 are not equally far.
        let chroma = std::array::from_fn(|n| {
            let offset = (n as i32 - 128) * 224;
            ((offset * 2 + 255).div_euclid(510) + 128).clamp(16, 240) as u8
        });
        let luma = map(&self.planes[0], table(219, 16));
        if let [_, cb, cr] = self.planes.as_slice() {
            return [luma, map(cb, chroma), map(cr, chroma)];
        }
        let gray = Plane::new(luma.width.div_ceil(2), luma.height.div_ceil(2), 128);
        [luma, gray.clone(), gray]
    }
}

impl Plane {
    fn clone_without_data(&self) -> Self {
        Self { data: Vec::new(), ..*self }
    }
}
