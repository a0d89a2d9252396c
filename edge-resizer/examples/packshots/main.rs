//! Renders the packshots of the example shops: product pictures on white, made of nothing but a seed.
//!
//! ```text
//! cargo run --release -p edge-resizer --example packshots -- \
//!     examples [--seed N] [--size PIXELS] [--only NAME]
//!
//! scene    products: lathe profiles and rounded boxes as distance functions (shape), materials
//! studio   softboxes, a dome and a white floor; soft shadows by how closely a ray passes
//! render   march a ray per pixel, nine more where there is an edge; quantize
//! ```
//!
//! The same seed gives the same pixels on the same machine.

#![expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    clippy::cast_possible_wrap,
    reason = "a renderer's coordinates are small numbers"
)]
#![expect(clippy::disallowed_methods, reason = "this program writes files; the core does not")]

mod material;
mod noise;
mod render;
mod scene;
mod shape;
mod studio;
mod vector;

use std::error::Error;
use std::io::Write as _;
use std::path::{Path, PathBuf};

use crate::noise::Noise;
use crate::scene::{PRODUCTS, Product};

/// Pixels along a side of a picture on white, and of a cut-out.
const SIZE: usize = 2000;
const CUT_OUT_SIZE: usize = 1200;
const JPEG_QUALITY: u8 = 88;

struct Options {
    folder: PathBuf,
    seed: u32,
    size: Option<usize>,
    only: Option<String>,
}

fn main() -> Result<(), Box<dyn Error>> {
    let options = options(std::env::args().skip(1))?;
    let threads = std::thread::available_parallelism()?.get();
    for entry in PRODUCTS {
        if options.only.as_ref().is_some_and(|only| only != entry.name) {
            continue;
        }
        let product = (entry.build)(Noise::new(options.seed));
        let full = if product.cut_out { CUT_OUT_SIZE } else { SIZE };
        let size = options.size.unwrap_or(full);
        let samples = render::render(&product, size, threads);
        let stem = options.folder.join(entry.shop).join("photos").join(entry.name);
        let path = write(&stem, &product, &samples, size)?;
        writeln!(std::io::stderr(), "{}", path.display())?;
    }
    Ok(())
}

fn options(mut args: impl Iterator<Item = String>) -> Result<Options, Box<dyn Error>> {
    let mut folder = None;
    let mut options = Options { folder: PathBuf::new(), seed: 7, size: None, only: None };
    while let Some(arg) = args.next() {
        let mut value = || args.next().ok_or_else(|| format!("{arg} needs a value"));
        match arg.as_str() {
            "--seed" => options.seed = value()?.parse()?,
            "--size" => options.size = Some(value()?.parse()?),
            "--only" => options.only = Some(value()?),
            _ => folder = Some(PathBuf::from(arg)),
        }
    }
    options.folder =
        folder.ok_or("usage: packshots EXAMPLES_DIR [--seed N] [--size PIXELS] [--only NAME]")?;
    Ok(options)
}

fn write(
    stem: &Path,
    product: &Product,
    samples: &[render::Sample],
    size: usize,
) -> Result<PathBuf, Box<dyn Error>> {
    let pixels = render::quantized(samples, size, product.cut_out);
    let extension = if product.cut_out { "png" } else { "jpg" };
    let path = stem.with_extension(extension);
    std::fs::create_dir_all(stem.parent().unwrap_or(stem))?;
    let bytes = if product.cut_out { png(&pixels, size)? } else { jpeg(&pixels, size)? };
    std::fs::write(&path, bytes)?;
    Ok(path)
}

fn jpeg(pixels: &[u8], size: usize) -> Result<Vec<u8>, Box<dyn Error>> {
    let mut bytes = Vec::new();
    let mut encoder = jpeg_encoder::Encoder::new(&mut bytes, JPEG_QUALITY);
    encoder.set_progressive(true);
    encoder.set_optimized_huffman_tables(true);
    let side = u16::try_from(size)?;
    encoder.encode(pixels, side, side, jpeg_encoder::ColorType::Rgb)?;
    Ok(bytes)
}

fn png(pixels: &[u8], size: usize) -> Result<Vec<u8>, Box<dyn Error>> {
    let mut bytes = Vec::new();
    let side = u32::try_from(size)?;
    let mut encoder = png::Encoder::new(&mut bytes, side, side);
    encoder.set_color(png::ColorType::Rgba);
    encoder.set_compression(png::Compression::High);
    encoder.set_source_srgb(png::SrgbRenderingIntent::Perceptual);
    let mut writer = encoder.write_header()?;
    writer.write_image_data(pixels)?;
    writer.finish()?;
    Ok(bytes)
}
