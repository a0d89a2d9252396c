//! A decoded picture, and PNG in both directions.

use anyhow::{Context, bail};

/// Red, green, blue and alpha, 8 bits each, rows from the top, alpha straight.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Picture {
    /// Pixels.
    pub width: u32,
    /// Pixels.
    pub height: u32,
    /// Four bytes a pixel.
    pub rgba: Vec<u8>,
}

/// One pixel.
pub type Rgba = [u8; 4];

impl Picture {
    /// A picture whose pixel at column `x` of row `y` is `color(x, y)`.
    pub fn from_fn(width: u32, height: u32, color: impl Fn(u32, u32) -> Rgba) -> Self {
        let rgba = (0..height)
            .flat_map(|y| (0..width).map(move |x| (x, y)))
            .flat_map(|(x, y)| color(x, y))
            .collect();
        Self { width, height, rgba }
    }

    /// Reads a PNG of any kind.
    ///
    /// # Errors
    /// Where it is none.
    pub fn from_png(bytes: &[u8]) -> anyhow::Result<Self> {
        let mut decoder = png::Decoder::new(std::io::Cursor::new(bytes));
        decoder.set_transformations(png::Transformations::normalize_to_color8());
        let mut reader = decoder.read_info().context("reading a PNG's header")?;
        let size = reader.output_buffer_size().context("a PNG larger than the memory")?;
        let mut pixels = vec![0; size];
        let info = reader.next_frame(&mut pixels).context("reading a PNG's pixels")?;
        pixels.truncate(info.buffer_size());
        let rgba = match info.color_type {
            png::ColorType::Grayscale => pixels.iter().flat_map(|&g| [g, g, g, 255]).collect(),
            png::ColorType::GrayscaleAlpha => {
                pixels.as_chunks().0.iter().flat_map(|&[g, a]| [g, g, g, a]).collect()
            }
            png::ColorType::Rgb => {
                pixels.as_chunks().0.iter().flat_map(|&[r, g, b]| [r, g, b, 255]).collect()
            }
            png::ColorType::Rgba => pixels,
            png::ColorType::Indexed => bail!("the PNG decoder did not expand its palette"),
        };
        Ok(Self { width: info.width, height: info.height, rgba })
    }

    /// A PNG, written fast; without alpha where all is opaque.
    pub fn to_png(&self) -> Vec<u8> {
        let opaque = self.pixels().all(|[.., alpha]| alpha == 255);
        let mut bytes = Vec::new();
        let mut encoder = png::Encoder::new(&mut bytes, self.width, self.height);
        encoder.set_depth(png::BitDepth::Eight);
        encoder.set_compression(png::Compression::Fast);
        encoder.set_color(if opaque { png::ColorType::Rgb } else { png::ColorType::Rgba });
        let data = if opaque { self.to_rgb() } else { self.rgba.clone() };
        encoder
            .write_header()
            .and_then(|mut writer| writer.write_image_data(&data))
            .expect("writing to memory does not fail");
        bytes
    }

    /// Three bytes a pixel, alpha dropped.
    pub fn to_rgb(&self) -> Vec<u8> {
        self.pixels().flat_map(|[r, g, b, _]| [r, g, b]).collect()
    }

    /// All pixels, row by row.
    pub fn pixels(&self) -> impl ExactSizeIterator<Item = Rgba> + '_ {
        self.rgba.as_chunks().0.iter().copied()
    }

    /// The pixel at column `x` of row `y`.
    pub fn pixel(&self, x: u32, y: u32) -> Rgba {
        let start = 4 * (y as usize * self.width as usize + x as usize);
        [0, 1, 2, 3].map(|channel| self.rgba[start + channel])
    }

    /// This picture laid on a ground of one color.
    #[must_use]
    pub fn over(&self, ground: [u8; 3]) -> Self {
        let blend = |color: u8, ground: u8, alpha: u8| {
            let sum =
                u32::from(color) * u32::from(alpha) + u32::from(ground) * (255 - u32::from(alpha));
            ((sum + 127) / 255) as u8
        };
        let rgba = self
            .pixels()
            .flat_map(|[r, g, b, a]| {
                [blend(r, ground[0], a), blend(g, ground[1], a), blend(b, ground[2], a), 255]
            })
            .collect();
        Self { rgba, ..*self }
    }

    /// The upper `rows` rows.
    #[must_use]
    pub fn top(&self, rows: u32) -> Self {
        let rows = rows.min(self.height);
        let bytes = 4 * rows as usize * self.width as usize;
        Self { width: self.width, height: rows, rgba: self.rgba[..bytes].to_vec() }
    }

    /// A small copy for looking at, not wider than `width`: each pixel is the mean of a block.
    #[must_use]
    pub fn thumbnail(&self, width: u32) -> Self {
        let factor = self.width.div_ceil(width).max(1);
        let size = |side: u32| (side / factor).max(1);
        Self::from_fn(size(self.width), size(self.height), |x, y| {
            let mut sums = [0_u32; 4];
            let mut count = 0;
            for row in (y * factor)..((y + 1) * factor).min(self.height) {
                for column in (x * factor)..((x + 1) * factor).min(self.width) {
                    let pixel = self.pixel(column, row);
                    for (sum, value) in sums.iter_mut().zip(pixel) {
                        *sum += u32::from(value);
                    }
                    count += 1;
                }
            }
            sums.map(|sum| (sum / count.max(1)) as u8)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn png_there_and_back() {
        for alpha in [255, 40] {
            let picture = Picture::from_fn(7, 5, |x, y| [x as u8 * 9, y as u8 * 20, 3, alpha]);
            assert_eq!(Picture::from_png(&picture.to_png()).unwrap(), picture, "alpha {alpha}");
        }
    }

    #[test]
    fn transparency_shows_the_ground() {
        let picture =
            Picture { width: 3, height: 1, rgba: vec![9, 9, 9, 0, 9, 9, 9, 255, 0, 0, 0, 128] };
        let rgba = vec![255, 255, 255, 255, 9, 9, 9, 255, 127, 127, 127, 255];
        assert_eq!(picture.over([255; 3]).rgba, rgba);
    }

    #[test]
    fn a_thumbnail_is_a_mean() {
        let picture = Picture::from_fn(4, 2, |x, _| [x as u8 * 10, 0, 0, 255]);
        let small = picture.thumbnail(2);
        assert_eq!((small.width, small.height), (2, 1));
        assert_eq!(small.pixel(0, 0), [5, 0, 0, 255]);
        assert_eq!(small.pixel(1, 0), [25, 0, 0, 255]);
    }
}
