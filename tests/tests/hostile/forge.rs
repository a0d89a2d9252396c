//! Files that promise more than they hold, or hold more than they promise.

use std::io::Write as _;

use flate2::Compression;
use flate2::write::ZlibEncoder;
use tests::fixture::{chunk, fixture, gif, huge_png, jpeg, scene};

/// Pixels along each side that the headers promise: far over every limit.
const SIDE: u16 = 60_000;

/// What a bomb inflates to, in bytes: well over what any answer here may take.
const BOMB: usize = 256 << 20;

pub(crate) fn png_header() -> Vec<u8> {
    huge_png(u32::from(SIDE), u32::from(SIDE))
}

/// A real JPEG with another size in its frame header (ITU-T T.81, B.2.2).
pub(crate) fn jpeg_header() -> Vec<u8> {
    let mut bytes = jpeg(&scene(16, 16), 80);
    let frame = find(&bytes, &[0xff, 0xc0]);
    bytes[frame + 5..frame + 7].copy_from_slice(&SIDE.to_be_bytes());
    bytes[frame + 7..frame + 9].copy_from_slice(&SIDE.to_be_bytes());
    bytes
}

/// A real GIF with another size of its screen and of its frame.
pub(crate) fn gif_header() -> Vec<u8> {
    let mut bytes = gif(&[scene(16, 16)]);
    let size = [SIDE.to_le_bytes(), SIDE.to_le_bytes()].concat();
    bytes[6..10].copy_from_slice(&size);
    let frame = find(&bytes, &[0x2c, 0, 0, 0, 0]);
    bytes[frame + 5..frame + 9].copy_from_slice(&size);
    bytes
}

/// A WebP of the extended form with a canvas of 60,000 x 60,000.
pub(crate) fn webp_header() -> Vec<u8> {
    let side = (u32::from(SIDE) - 1).to_le_bytes();
    let mut canvas = vec![0; 4];
    canvas.extend(&side[..3]);
    canvas.extend(&side[..3]);
    let body = [b"WEBPVP8X".as_slice(), &10_u32.to_le_bytes(), &canvas, b"VP8 \0\0\0\0"].concat();
    let length = u32::try_from(body.len()).expect("it is short");
    [b"RIFF".as_slice(), &length.to_le_bytes(), &body].concat()
}

/// A real AVIF with another size in its `ispe` property (ISO/IEC 23008-12, 6.5.3).
pub(crate) fn avif_header() -> Vec<u8> {
    let mut bytes = fixture("scene.avif").expect("a fixture").to_vec();
    let at = find(&bytes, b"ispe") + 8;
    let size = [u32::from(SIDE).to_be_bytes(), u32::from(SIDE).to_be_bytes()].concat();
    bytes[at..at + 8].copy_from_slice(&size);
    bytes
}

/// A real bitmap with another size.
pub(crate) fn bmp_header() -> Vec<u8> {
    let mut bytes = fixture("scene.bmp").expect("a fixture").to_vec();
    bytes.truncate(2000);
    bytes[18..22].copy_from_slice(&u32::from(SIDE).to_le_bytes());
    bytes[22..26].copy_from_slice(&u32::from(SIDE).to_le_bytes());
    bytes
}

/// A TIFF of one strip: width, height, compression, and the strip's bytes.
fn tiff(width: u32, height: u32, compression: u32, strip: &[u8]) -> Vec<u8> {
    let length = u32::try_from(strip.len()).expect("it is short");
    // Tag, type (3: 16 bits, 4: 32 bits), value; TIFF 6.0, section 2.
    let tags: [(u16, u16, u32); 9] = [
        (256, 4, width),
        (257, 4, height),
        (258, 3, 8),
        (259, 3, compression),
        (262, 3, 1),
        (273, 4, 8),
        (277, 3, 1),
        (278, 4, height),
        (279, 4, length),
    ];
    let directory = (8 + strip.len()).next_multiple_of(2);
    let mut bytes = b"II*\0".to_vec();
    bytes.extend(u32::try_from(directory).expect("it is short").to_le_bytes());
    bytes.extend(strip);
    bytes.resize(directory, 0);
    bytes.extend(u16::try_from(tags.len()).expect("nine").to_le_bytes());
    for (tag, kind, value) in tags {
        bytes.extend(tag.to_le_bytes());
        bytes.extend(kind.to_le_bytes());
        bytes.extend(1_u32.to_le_bytes());
        bytes.extend(value.to_le_bytes());
    }
    bytes.extend([0; 4]);
    bytes
}

pub(crate) fn tiff_header() -> Vec<u8> {
    tiff(u32::from(SIDE), u32::from(SIDE), 1, &[0; 64])
}

/// A TIFF whose strip inflates to far more than its pixels.
pub(crate) fn tiff_bomb() -> Vec<u8> {
    tiff(16, 16, 8, &deflated_zeros())
}

/// A TIFF whose directory is followed by itself.
pub(crate) fn tiff_circle() -> Vec<u8> {
    let mut bytes = tiff(16, 16, 1, &[90; 256]);
    let directory = [bytes[4], bytes[5], bytes[6], bytes[7]];
    let next = bytes.len() - 4;
    bytes[next..].copy_from_slice(&directory);
    bytes
}

/// A million frames of one pixel, 15 bytes each.
pub(crate) fn million_frames() -> Vec<u8> {
    const FRAME: &[u8] = &[0x2c, 0, 0, 0, 0, 1, 0, 1, 0, 0, 2, 2, 0x4c, 1, 0];
    let mut bytes = b"GIF89a\x01\0\x01\0\x80\0\0\0\0\0\xff\xff\xff".to_vec();
    bytes.extend(FRAME.repeat(1_000_000));
    bytes.push(0x3b);
    bytes
}

/// A small PNG with further chunks before its pixels.
fn png_with(chunks: &[u8]) -> Vec<u8> {
    let png = scene(16, 16).to_png();
    let pixels = find(&png, b"IDAT") - 4;
    [&png[..pixels], chunks, &png[pixels..]].concat()
}

/// A small PNG whose color profile inflates to 256 MiB.
pub(crate) fn png_profile_bomb() -> Vec<u8> {
    png_with(&chunk(*b"iCCP", &[b"icc\0\0".as_slice(), &deflated_zeros()].concat()))
}

/// A small PNG whose comment inflates to 256 MiB.
pub(crate) fn png_text_bomb() -> Vec<u8> {
    png_with(&chunk(*b"zTXt", &[b"Comment\0\0".as_slice(), &deflated_zeros()].concat()))
}

/// A small PNG whose pixels inflate to 256 MiB.
pub(crate) fn png_pixel_bomb() -> Vec<u8> {
    let png = scene(16, 16).to_png();
    let pixels = find(&png, b"IDAT") - 4;
    [&png[..pixels], &chunk(*b"IDAT", &deflated_zeros()), &chunk(*b"IEND", &[])].concat()
}

fn deflated_zeros() -> Vec<u8> {
    let mut encoder = ZlibEncoder::new(Vec::new(), Compression::fast());
    let zeros = vec![0; 1 << 20];
    for _ in 0..BOMB / zeros.len() {
        encoder.write_all(&zeros).expect("memory takes bytes");
    }
    encoder.finish().expect("memory takes bytes")
}

/// A JPEG whose EXIF directory is followed by itself.
pub(crate) fn exif_circle() -> Vec<u8> {
    let jpeg = jpeg(&scene(16, 16), 80);
    let exif = b"Exif\0\0MM\0*\0\0\0\x08\0\x01\x87\x69\0\x04\0\0\0\x01\0\0\0\x08\0\0\0\x08";
    let length = u16::try_from(exif.len() + 2).expect("it is short");
    [&jpeg[..2], &[0xff, 0xe1], &length.to_be_bytes(), exif, &jpeg[2..]].concat()
}

/// Elements in elements, deeper than any stack that reads them by recursion.
pub(crate) fn svg_depth() -> Vec<u8> {
    const DEPTH: usize = 200_000;
    let (open, close) = ("<g>".repeat(DEPTH), "</g>".repeat(DEPTH));
    format!("<svg xmlns=\"http://www.w3.org/2000/svg\">{open}{close}</svg>").into_bytes()
}

/// Entities of entities: ten times as much text on each of ten levels.
pub(crate) fn svg_entities() -> Vec<u8> {
    let entity = |level: u32| {
        let inner = format!("&e{};", level - 1).repeat(10);
        format!("<!ENTITY e{level} \"{inner}\">")
    };
    let entities = (1..10).map(entity).collect::<Vec<_>>().concat();
    format!(
        "<?xml version=\"1.0\"?><!DOCTYPE svg [<!ENTITY e0 \"boom\">{entities}]>\
         <svg xmlns=\"http://www.w3.org/2000/svg\"><text>&e9;</text></svg>"
    )
    .into_bytes()
}

fn find(bytes: &[u8], pattern: &[u8]) -> usize {
    bytes.windows(pattern.len()).position(|window| window == pattern).expect("the pattern is there")
}
