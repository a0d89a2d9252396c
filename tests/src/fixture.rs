//! Sources made by code, whose right transformation can be told from a few pixels.
//!
//! The scene has a color in each quarter: red and green above, blue and yellow below. A corner's
//! color tells how a picture was turned, mirrored and cropped.

use std::sync::OnceLock;

use bytes::Bytes;
use jpeg_encoder::{ColorType, Encoder, SamplingFactor};

use crate::picture::{Picture, Rgba};
use crate::vips;

/// What a name in a case file stands for.
type Make = fn() -> Vec<u8>;

/// Every fixture by its file name.
const FIXTURES: [(&str, Make); 36] = [
    // Scenes of many sizes and kinds.
    ("scene.jpg", || jpeg(&scene(1080, 720), 90)),
    ("scene.png", || scene(1080, 720).to_png()),
    ("scene.webp", || convert(&scene(1080, 720), "webp")),
    ("scene.avif", || convert(&scene(540, 360), "avif")),
    ("scene.tiff", || convert(&scene(1080, 720), "tif")),
    ("scene.bmp", || bmp(&scene(540, 360))),
    ("scene.gif", || gif(&[quarters(540, 360)])),
    ("small.jpg", || jpeg(&scene(400, 300), 90)),
    ("square.jpg", || jpeg(&scene(900, 900), 90)),
    ("squarish.jpg", || jpeg(&scene(612, 613), 90)),
    ("speck.jpg", || jpeg(&scene(1, 1), 90)),
    ("line.jpg", || jpeg(&scene(2000, 1), 90)),
    // A file that no encoder makes smaller at its usual quality.
    ("lean.jpg", || lean_jpeg(&scene(1080, 720), 15)),
    // Stored so that orientation 1 to 8 shows the scene upright.
    ("turned-1.jpg", || turned(1)),
    ("turned-2.jpg", || turned(2)),
    ("turned-3.jpg", || turned(3)),
    ("turned-4.jpg", || turned(4)),
    ("turned-5.jpg", || turned(5)),
    ("turned-6.jpg", || turned(6)),
    ("turned-7.jpg", || turned(7)),
    ("turned-8.jpg", || turned(8)),
    // Transparency, borders, movement.
    ("cutout.png", || cutout(400, 300).to_png()),
    ("framed.png", || framed(300, 200, 30).to_png()),
    ("moving.gif", || gif(&[plain(RED), plain(GREEN), plain(BLUE), plain(YELLOW)])),
    // Names that lie, and names like a Shopify suffix.
    ("really-a-png.jpg", || scene(540, 360).to_png()),
    ("really-a-jpeg.png", || jpeg(&scene(540, 360), 90)),
    ("poster_100x100.jpg", || jpeg(&scene(300, 300), 90)),
    ("grün & blau #1.jpg", || jpeg(&scene(400, 300), 90)),
    // No pictures, or pictures of a kind of their own.
    ("page.jpg", || b"<!doctype html><title>404</title><p>Not here.".to_vec()),
    ("empty.jpg", Vec::new),
    ("noise.jpg", || noise(5000)),
    ("drawing.svg", || SVG.as_bytes().to_vec()),
    ("broken.svg", || SVG.as_bytes()[..SVG.len() / 2].to_vec()),
    ("cut.jpg", || first(jpeg(&scene(1080, 720), 90), 60)),
    ("header.jpg", || first(jpeg(&scene(1080, 720), 90), 0)),
    ("huge.png", || huge_png(60_000, 60_000)),
];

/// A drawing with a script, a link to elsewhere and an event handler in it.
const SVG: &str = r##"<svg xmlns="http://www.w3.org/2000/svg" width="40" height="30" onload="alert(1)">
<script>alert(2)</script><image href="https://elsewhere.example/track.png"/>
<rect width="40" height="30" fill="#c82828" onclick="alert(3)"/></svg>"##;

const RED: [u8; 3] = [200, 40, 40];
const GREEN: [u8; 3] = [40, 160, 60];
const BLUE: [u8; 3] = [40, 60, 200];
const YELLOW: [u8; 3] = [220, 200, 40];

/// The colors that a case file can name, with their alpha.
const COLORS: [(&str, Rgba); 9] = [
    ("red", [200, 40, 40, 255]),
    ("green", [40, 160, 60, 255]),
    ("blue", [40, 60, 200, 255]),
    ("yellow", [220, 200, 40, 255]),
    ("white", [255, 255, 255, 255]),
    ("black", [0, 0, 0, 255]),
    ("magenta", [255, 0, 255, 255]),
    ("gray", [128, 128, 128, 255]),
    ("clear", [0, 0, 0, 0]),
];

/// The color with this name.
pub fn color(name: &str) -> Option<Rgba> {
    COLORS.iter().find(|(own, _)| *own == name).map(|(_, color)| *color)
}

/// The fixture with this file name.
pub fn fixture(name: &str) -> Option<Bytes> {
    static MADE: [OnceLock<Bytes>; FIXTURES.len()] = [const { OnceLock::new() }; FIXTURES.len()];
    let index = FIXTURES.iter().position(|(own, _)| *own == name)?;
    let (_, make) = FIXTURES[index];
    Some(MADE[index].get_or_init(|| make().into()).clone())
}

/// The scene: a color in each quarter, with light and grain as in a photo.
pub fn scene(width: u32, height: u32) -> Picture {
    let flat = quarters(width, height);
    Picture::from_fn(width, height, |x, y| {
        let light = ((f64::from(x) / 37.0).sin() + (f64::from(y) / 23.0).cos()) * 7.0;
        let grain = f64::from(hash(x, y) % 9) - 4.0;
        let [r, g, b, a] = flat.pixel(x, y);
        let shade = |value: u8| (f64::from(value) + light + grain).clamp(0.0, 255.0) as u8;
        [shade(r), shade(g), shade(b), a]
    })
}

/// The scene without light and grain.
fn quarters(width: u32, height: u32) -> Picture {
    Picture::from_fn(width, height, |x, y| {
        let [r, g, b] = match (2 * x < width, 2 * y < height) {
            (true, true) => RED,
            (false, true) => GREEN,
            (true, false) => BLUE,
            (false, false) => YELLOW,
        };
        [r, g, b, 255]
    })
}

fn plain([r, g, b]: [u8; 3]) -> Picture {
    Picture::from_fn(200, 150, |_, _| [r, g, b, 255])
}

/// The scene as an ellipse on a transparent ground.
fn cutout(width: u32, height: u32) -> Picture {
    let inside = scene(width, height);
    Picture::from_fn(width, height, |x, y| {
        let dx = (f64::from(x) + 0.5) / f64::from(width) - 0.5;
        let dy = (f64::from(y) + 0.5) / f64::from(height) - 0.5;
        let soft = (0.46 - dx.hypot(dy)) * 40.0;
        let [r, g, b, _] = inside.pixel(x, y);
        [r, g, b, (soft.clamp(0.0, 1.0) * 255.0) as u8]
    })
}

/// The scene with a white border inside of which it begins.
fn framed(width: u32, height: u32, border: u32) -> Picture {
    let inside = quarters(width - 2 * border, height - 2 * border);
    let within = |value: u32, side: u32| (border..side - border).contains(&value);
    Picture::from_fn(width, height, |x, y| {
        if within(x, width) && within(y, height) {
            inside.pixel(x - border, y - border)
        } else {
            [255; 4]
        }
    })
}

/// A JPEG of this quality: baseline, without subsampling.
pub fn jpeg(picture: &Picture, quality: u8) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut encoder = Encoder::new(&mut bytes, quality);
    encoder.set_sampling_factor(SamplingFactor::F_1_1);
    finish(encoder, picture);
    bytes
}

/// The smallest JPEG of this quality: progressive, 4:2:0, its own Huffman tables.
pub fn lean_jpeg(picture: &Picture, quality: u8) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut encoder = Encoder::new(&mut bytes, quality);
    encoder.set_sampling_factor(SamplingFactor::F_2_2);
    encoder.set_progressive(true);
    encoder.set_optimized_huffman_tables(true);
    finish(encoder, picture);
    bytes
}

fn finish(encoder: Encoder<&mut Vec<u8>>, picture: &Picture) {
    let side = |side: u32| u16::try_from(side).expect("a fixture fits a JPEG");
    encoder
        .encode(&picture.to_rgb(), side(picture.width), side(picture.height), ColorType::Rgb)
        .expect("a fixture can be encoded");
}

/// A GIF with a tenth of a second for each frame.
pub fn gif(frames: &[Picture]) -> Vec<u8> {
    let side = |side: u32| u16::try_from(side).expect("a fixture fits a GIF");
    let mut bytes = Vec::new();
    let (width, height) = (side(frames[0].width), side(frames[0].height));
    let mut encoder =
        gif::Encoder::new(&mut bytes, width, height, &[]).expect("memory takes a header");
    encoder.set_repeat(gif::Repeat::Infinite).expect("memory takes a block");
    for picture in frames {
        let mut frame = gif::Frame::from_rgb(width, height, &picture.to_rgb());
        frame.delay = 10;
        encoder.write_frame(&frame).expect("memory takes a frame");
    }
    drop(encoder);
    bytes
}

/// A bitmap of 24 bits, its rows from the bottom, as Windows writes it.
fn bmp(picture: &Picture) -> Vec<u8> {
    const HEADERS: u32 = 14 + 40;
    let stride = (3 * picture.width).next_multiple_of(4);
    let mut bytes = b"BM".to_vec();
    for field in [HEADERS + stride * picture.height, 0, HEADERS, 40, picture.width, picture.height]
    {
        bytes.extend(field.to_le_bytes());
    }
    bytes.extend([1, 0, 24, 0]);
    bytes.extend([0; 24]);
    for y in (0..picture.height).rev() {
        let mut row = Vec::new();
        for x in 0..picture.width {
            let [r, g, b, _] = picture.pixel(x, y);
            row.extend([b, g, r]);
        }
        row.resize(stride as usize, 0);
        bytes.extend(row);
    }
    bytes
}

fn convert(picture: &Picture, extension: &str) -> Vec<u8> {
    vips::convert(&picture.to_png(), extension).expect("vips makes the fixture")
}

/// The scene of 540 x 360, stored as `orientation` (EXIF, 1 to 8) demands.
fn turned(orientation: u8) -> Vec<u8> {
    let upright = scene(540, 360);
    let (right, bottom) = (upright.width - 1, upright.height - 1);
    let (width, height) = if orientation < 5 { (540, 360) } else { (360, 540) };
    // From a stored pixel to the upright one: CIPA DC-008, tag 0x0112, says which side of the
    // upright picture the stored row 0 and column 0 are.
    let stored = Picture::from_fn(width, height, |x, y| {
        let (x, y) = match orientation {
            2 => (right - x, y),
            3 => (right - x, bottom - y),
            4 => (x, bottom - y),
            5 => (y, x),
            6 => (right - y, x),
            7 => (right - y, bottom - x),
            8 => (y, bottom - x),
            _ => (x, y),
        };
        upright.pixel(x, y)
    });
    with_orientation(&jpeg(&stored, 90), orientation)
}

/// A JPEG with an EXIF block behind its first marker.
fn with_orientation(jpeg: &[u8], orientation: u8) -> Vec<u8> {
    let mut exif = b"Exif\0\0MM\0*\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0".to_vec();
    exif.extend([orientation, 0, 0, 0, 0, 0, 0]);
    let length = u16::try_from(exif.len() + 2).expect("the block is short");
    [&jpeg[..2], &[0xff, 0xe1], &length.to_be_bytes(), &exif, &jpeg[2..]].concat()
}

/// A JPEG's headers, and of its pixels the first `percent`.
pub fn first(mut jpeg: Vec<u8>, percent: usize) -> Vec<u8> {
    let scan = jpeg.windows(2).position(|pair| pair == [0xff, 0xda]).expect("a JPEG has a scan");
    let data = scan + 2 + usize::from(u16::from_be_bytes([jpeg[scan + 2], jpeg[scan + 3]]));
    jpeg.truncate(data + (jpeg.len() - data) * percent / 100);
    jpeg
}

/// A PNG whose header is right and promises this size.
pub fn huge_png(width: u32, height: u32) -> Vec<u8> {
    let mut bytes = b"\x89PNG\r\n\x1a\n".to_vec();
    let sizes = [width.to_be_bytes(), height.to_be_bytes()].concat();
    bytes.extend(chunk(*b"IHDR", &[sizes.as_slice(), &[8, 6, 0, 0, 0]].concat()));
    bytes.extend(chunk(*b"IDAT", &[0x78, 0x9c, 0x63, 0, 0, 0, 1, 0, 1]));
    bytes.extend(chunk(*b"IEND", &[]));
    bytes
}

/// A PNG chunk with its length and checksum.
pub fn chunk(kind: [u8; 4], data: &[u8]) -> Vec<u8> {
    let length = u32::try_from(data.len()).expect("a fixture's chunk fits");
    let mut checksum = flate2::Crc::new();
    checksum.update(&kind);
    checksum.update(data);
    [&length.to_be_bytes(), kind.as_slice(), data, &checksum.sum().to_be_bytes()].concat()
}

/// Bytes without any order, always the same.
pub fn noise(count: u32) -> Vec<u8> {
    (0..count).map(|n| (hash(n, 7) >> 8) as u8).collect()
}

/// Two numbers well mixed (the finalizer of Murmur3).
fn hash(x: u32, y: u32) -> u32 {
    let mut h = x.wrapping_mul(0x9e37_79b1) ^ y.wrapping_mul(0x85eb_ca77);
    h ^= h >> 16;
    h = h.wrapping_mul(0x85eb_ca6b);
    h ^= h >> 13;
    h = h.wrapping_mul(0xc2b2_ae35);
    h ^ (h >> 16)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What libvips sees, so that no case rests on a fixture that is wrong itself.
    #[test]
    fn fixtures_show_the_scene() {
        for (name, width, height) in [
            ("scene.jpg", 1080, 720),
            ("scene.png", 1080, 720),
            ("scene.webp", 1080, 720),
            ("scene.avif", 540, 360),
            ("scene.tiff", 1080, 720),
            ("scene.bmp", 540, 360),
            ("scene.gif", 540, 360),
            ("turned-1.jpg", 540, 360),
            ("turned-2.jpg", 540, 360),
            ("turned-3.jpg", 540, 360),
            ("turned-4.jpg", 540, 360),
            ("turned-5.jpg", 540, 360),
            ("turned-6.jpg", 540, 360),
            ("turned-7.jpg", 540, 360),
            ("turned-8.jpg", 540, 360),
        ] {
            let picture = vips::decode(&fixture(name).unwrap()).unwrap();
            assert_eq!((picture.width, picture.height), (width, height), "{name}");
            let (right, bottom) = (width - 5, height - 5);
            for (x, y, want) in
                [(4, 4, RED), (right, 4, GREEN), (4, bottom, BLUE), (right, bottom, YELLOW)]
            {
                let found = picture.pixel(x, y);
                let near = want.iter().zip(found).all(|(a, b)| a.abs_diff(b) < 30);
                assert!(near, "{name}: {found:?} at {x},{y} instead of {want:?}");
            }
        }
    }

    #[test]
    fn names_are_unique() {
        let mut names: Vec<_> = FIXTURES.iter().map(|(name, _)| name).collect();
        names.sort();
        names.dedup();
        assert_eq!(names.len(), FIXTURES.len());
    }
}
