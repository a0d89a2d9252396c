//! Whether two pictures are the same to the eye.
//!
//! The project's own decoders read both, as the edge-resizer would: turned upright, in sRGB, on
//! white. They are compared by SSIMULACRA2 (<https://github.com/cloudinary/ssimulacra2>): 100 is the
//! same, 90 not to be told apart, 70 high and 50 medium quality; another picture is far below 0.

use std::ops::ControlFlow;

use bytes::Bytes;
use edge_resizer::policy::Limits;
use edge_resizer::{Fetched, Policy, Request, Size, Source, SourceFormat, Step, accept, sniff};
use fast_ssim2::{PixelDescriptor, PixelSlice, compute_ssimulacra2};

use crate::differ::{Aspect, Difference};

/// Pixels at a side below which the metric has nothing to compare.
const LEAST_SIDE: u32 = 8;
/// What has the decoders write all pixels: lossless, without transparency.
const DECODE: &str = "/cdn-cgi/image/format=png,background=white,anim=false,metadata=none/a";

/// A picture, as its header tells of it.
#[derive(Debug)]
pub(crate) struct Info<'b> {
    format: &'static str,
    size: Size,
    bytes: &'b [u8],
}

/// `width × height` RGB, row-major, sRGB.
struct Pixels {
    width: u32,
    height: u32,
    data: Vec<u8>,
}

/// Reads a header; `None` where it is that of no picture, or of one without pixels.
pub(crate) fn info(bytes: &Bytes) -> Option<Info<'_>> {
    let found = sniff(bytes, &Limits::default()).ok()?;
    let is_of_pixels = found.format != SourceFormat::Svg;
    is_of_pixels.then(|| Info { format: found.format.name(), size: found.upright(), bytes })
}

/// Where two pictures differ. Of an animation the first frame is compared.
pub(crate) fn differences(old: &Info<'_>, new: &Info<'_>, least_score: f64) -> Vec<Difference> {
    let mut found = Vec::new();
    if old.format != new.format {
        found.push(Difference::of(Aspect::Format, old.format, new.format));
    }
    if old.size != new.size {
        let [old, new] = [old.size, new.size].map(|size| format!("{}x{}", size.width, size.height));
        found.push(Difference::of(Aspect::Size, old, new));
        return found;
    }
    match score(old, new) {
        Ok(score) if score >= least_score => {}
        Ok(score) => {
            let at_least = format!("at least {least_score}");
            found.push(Difference::of(Aspect::Score, at_least, format!("{score:.1}")));
        }
        Err(reason) => found.push(Difference::of(Aspect::Score, "a picture", reason)),
    }
    found
}

fn score(old: &Info<'_>, new: &Info<'_>) -> Result<f64, String> {
    let old = decode(old.bytes).map_err(|reason| format!("the old one: {reason}"))?;
    let new = decode(new.bytes)?;
    if (old.width, old.height) != (new.width, new.height) {
        return Err("another size when decoded".to_owned());
    }
    if old.data == new.data {
        return Ok(100.0);
    }
    if old.width.min(old.height) < LEAST_SIDE {
        return Ok(100.0 - f64::from(largest_difference(&old.data, &new.data)));
    }
    compute_ssimulacra2(&old.slice()?, &new.slice()?).map_err(|error| error.to_string())
}

/// The largest difference of a channel, 0 to 255.
fn largest_difference(old: &[u8], new: &[u8]) -> u8 {
    old.iter().zip(new).map(|(old, new)| old.abs_diff(*new)).max().unwrap_or(0)
}

fn decode(bytes: &[u8]) -> Result<Pixels, String> {
    let Step::Fetch(job) = accept(&Request::get(DECODE), &Policy::default()) else {
        return Err("it cannot be decoded here".to_owned());
    };
    let source = Source { bytes: Bytes::copy_from_slice(bytes), ..Source::default() };
    let found = Fetched::Found { index: 0, source };
    let answer = job.finish(found, &mut |_| ControlFlow::Continue(()));
    if !answer.status.is_success() {
        return Err(format!("not decoded: {}", String::from_utf8_lossy(&answer.body).trim()));
    }
    read_png(&answer.body)
}

fn read_png(bytes: &[u8]) -> Result<Pixels, String> {
    let told = |error: png::DecodingError| format!("not decoded: {error}");
    let mut decoder = png::Decoder::new(std::io::Cursor::new(bytes));
    decoder.set_transformations(png::Transformations::EXPAND | png::Transformations::STRIP_16);
    let mut reader = decoder.read_info().map_err(told)?;
    let mut data = vec![0; reader.output_buffer_size().ok_or("not decoded: too large")?];
    let frame = reader.next_frame(&mut data).map_err(told)?;
    data.truncate(frame.buffer_size());
    let data = rgb(data, frame.color_type);
    Ok(Pixels { width: frame.width, height: frame.height, data })
}

/// Samples of any kind as RGB on white: a PNG that is smaller than what would be made of it comes as
/// it is, transparency and all.
fn rgb(data: Vec<u8>, color: png::ColorType) -> Vec<u8> {
    match color {
        png::ColorType::Rgb | png::ColorType::Indexed => data,
        png::ColorType::Rgba => {
            let on_white = |it: &[u8]| [0, 1, 2].map(|channel| over_white(it[channel], it[3]));
            data.chunks_exact(4).flat_map(on_white).collect()
        }
        png::ColorType::Grayscale => data.iter().flat_map(|it| [*it; 3]).collect(),
        png::ColorType::GrayscaleAlpha => {
            data.chunks_exact(2).flat_map(|it| [over_white(it[0], it[1]); 3]).collect()
        }
    }
}

/// A straight sample with its alpha, on white.
fn over_white(sample: u8, alpha: u8) -> u8 {
    let (sample, alpha) = (u16::from(sample), u16::from(alpha));
    u8::try_from((sample * alpha + 255 * (255 - alpha) + 127) / 255).unwrap_or(u8::MAX)
}

impl Pixels {
    fn slice(&self) -> Result<PixelSlice<'_>, String> {
        let row = self.data.len() / usize::try_from(self.height.max(1)).unwrap_or(1);
        PixelSlice::new(&self.data, self.width, self.height, row, PixelDescriptor::RGB8_SRGB)
            .map_err(|error| error.to_string())
    }
}
