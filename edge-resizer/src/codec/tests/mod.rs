//! The codecs against fixtures of which every pixel is known, real photos, and broken files.
#![expect(clippy::disallowed_methods, reason = "tests read their fixtures")]

mod broken;
mod colors;
mod fixtures;
mod outputs;
mod photos;
mod rows;

use std::path::{Path, PathBuf};

use super::*;
use crate::source::sniff;

/// Side lengths of [`scene`].
const SCENE: Size = Size::new(64, 48);

/// The picture of the fixtures, as `tests/fixtures/make.py` draws it: red top left, green top
/// right, blue bottom left, white bottom right, on a grey ramp.
fn scene() -> Raster {
    let mut data = Vec::new();
    for y in 0..SCENE.height {
        for x in 0..SCENE.width {
            let ramp = u8::try_from(40 + 160 * x / 63).unwrap();
            let color = match (x < 24, x >= 40, y < 16, y >= 32) {
                (true, _, true, _) => [220, 30, 30],
                (_, true, true, _) => [30, 180, 40],
                (true, _, _, true) => [30, 60, 210],
                (_, true, _, true) => [255, 255, 255],
                _ => [ramp; 3],
            };
            data.extend(color);
        }
    }
    Raster { size: SCENE, channels: Channels::Rgb, data }
}

/// The scene, in its middle band less and less transparent from left to right.
fn scene_with_alpha() -> Raster {
    let data = scene()
        .data
        .chunks_exact(3)
        .zip(0..)
        .flat_map(|(color, n)| {
            let (x, y) = (n % SCENE.width, n / SCENE.width);
            let alpha = if (16..32).contains(&y) { 255 * x / 63 } else { 255 };
            [color[0], color[1], color[2], u8::try_from(alpha).unwrap()]
        })
        .collect();
    Raster { size: SCENE, channels: Channels::Rgba, data }
}

/// A picture that compresses badly: clouds of noise.
fn noise(size: Size, channels: Channels) -> Raster {
    let mut state = 0x2545_F491_4F6C_DD1D_u64;
    let mut random = move || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        u8::try_from(state >> 56).unwrap()
    };
    let count = usize::try_from(size.pixels()).unwrap() * channels.count();
    let data = (0..count).map(|n| random() / 4 + u8::try_from(n / 100 % 192).unwrap()).collect();
    Raster { size, channels, data }
}

fn frame(raster: Raster) -> Frame {
    Frame { raster, delay_ms: 0 }
}

fn fixtures_folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures")
}

fn fixture(name: &str) -> Vec<u8> {
    let path = fixtures_folder().join(name);
    std::fs::read(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// Name and bytes of every fixture that is a picture.
fn all_fixtures() -> Vec<(String, Vec<u8>)> {
    let entries = std::fs::read_dir(fixtures_folder()).unwrap();
    let mut names: Vec<_> =
        entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.retain(|name| Path::new(name).extension().is_some_and(|extension| extension != "py"));
    names.sort();
    names.into_iter().map(|name| (name.clone(), fixture(&name))).collect()
}

fn all_frames() -> DecodeOptions {
    DecodeOptions {
        at_least: None,
        excerpt: None,
        fast: false,
        first_frame: false,
        limits: Limits::default(),
    }
}

/// A decoded source as pixels.
#[derive(Debug)]
struct Pixels {
    frames: Vec<Frame>,
    loops: Loops,
    metadata: SourceMetadata,
    truncated: bool,
}

/// [`super::decode`], and everything as pixels.
fn decode(bytes: &[u8], info: &SourceInfo, options: &DecodeOptions) -> Result<Pixels, Error> {
    let Decoded { picture, loops, metadata, truncated, .. } = super::decode(bytes, info, options)?;
    Ok(Pixels { frames: picture.into_frames(), loops, metadata, truncated })
}

/// [`super::encode`] of frames.
fn encode(
    frames: &[Frame],
    loops: Loops,
    metadata: &SourceMetadata,
    options: &EncodeOptions,
) -> Result<Vec<u8>, Error> {
    super::encode(&Picture::Frames(frames.to_vec()), loops, metadata, options)
}

fn try_decode(bytes: &[u8]) -> Result<(SourceInfo, Pixels), Error> {
    let info = sniff(bytes, &Limits::default())?;
    let decoded = decode(bytes, &info, &all_frames())?;
    for Frame { raster, .. } in &decoded.frames {
        assert!(is_encodable(raster, info.stored), "{info:?}: a raster is not as promised");
    }
    Ok((info, decoded))
}

fn decoded(bytes: &[u8]) -> (SourceInfo, Pixels) {
    try_decode(bytes).unwrap()
}

fn options(format: Format, number: u8) -> EncodeOptions {
    EncodeOptions {
        format,
        quality: quality(number),
        explicit_quality: false,
        progressive: false,
        fast: false,
        metadata: Metadata::None,
        limit: None,
        per_photo: false,
    }
}

fn encoded(raster: &Raster, options: EncodeOptions) -> Vec<u8> {
    let frames = [frame(raster.clone())];
    encode(&frames, Loops::Forever, &SourceMetadata::default(), &options).unwrap()
}

fn colors(raster: &Raster) -> Vec<u8> {
    if raster.channels == Channels::Rgba {
        color::drop_alpha(&raster.data)
    } else {
        raster.data.clone()
    }
}

fn alphas(raster: &Raster) -> Vec<u8> {
    raster.data.chunks_exact(4).map(|pixel| pixel[3]).collect()
}

/// Peak signal-to-noise ratio in decibel; infinite where both are the same.
fn psnr(a: &[u8], b: &[u8]) -> f64 {
    assert_eq!(a.len(), b.len());
    let sum: f64 = a.iter().zip(b).map(|(a, b)| f64::from(a.abs_diff(*b)).powi(2)).sum();
    10.0 * (255.0_f64.powi(2) / (sum / a.len() as f64)).log10()
}

/// The picture as it is seen.
fn upright(raster: &Raster, orientation: u8) -> Raster {
    let Size { width, height } = raster.size;
    let channels = raster.channels.count();
    let size = if orientation >= 5 { raster.size.swapped() } else { raster.size };
    let mut data = Vec::new();
    for y in 0..size.height {
        for x in 0..size.width {
            let (from_x, from_y) = match orientation {
                1 => (x, y),
                2 => (width - 1 - x, y),
                3 => (width - 1 - x, height - 1 - y),
                4 => (x, height - 1 - y),
                5 => (y, x),
                6 => (y, height - 1 - x),
                7 => (width - 1 - y, height - 1 - x),
                _ => (width - 1 - y, x),
            };
            let at = (from_y * width + from_x) as usize * channels;
            data.extend(&raster.data[at..at + channels]);
        }
    }
    Raster { size, channels: raster.channels, data }
}
