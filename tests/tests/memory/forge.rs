//! Small files that are as large as the default policy lets them be.

use std::io::Write as _;

use flate2::Compression;
use flate2::write::ZlibEncoder;
use jpeg_encoder::{ColorType, Encoder, SamplingFactor};
use tests::exchange::render;
use tests::fixture::{chunk, noise, scene};
use tests::picture::Picture;

/// Pixels along each side of a still: as many as `source_pixels` and `source_side` allow.
pub(crate) const SIDE: u32 = 10_000;

/// Pixels along each side of the AVIF: to make a larger one takes too long.
pub(crate) const AVIF_SIDE: u32 = 1_000;

/// Pixels along each side of the noise.
pub(crate) const NOISE_SIDE: u32 = 1_200;

/// Frames and their side: as many as `frames` allows, of as many pixels as `animation_pixels` does.
pub(crate) const FRAMES: u32 = 1_000;
pub(crate) const FRAME_SIDE: u16 = 223;

/// As many zeros, deflated.
fn zeros(count: u64) -> Vec<u8> {
    let mut encoder = ZlibEncoder::new(Vec::new(), Compression::fast());
    let block = vec![0; 1 << 20];
    let mut left = count;
    while left > 0 {
        let now = left.min(block.len() as u64);
        encoder
            .write_all(&block[..usize::try_from(now).expect("a MiB")])
            .expect("memory takes bytes");
        left -= now;
    }
    encoder.finish().expect("memory takes bytes")
}

/// An Adam7 pass: its first column and row, and the steps from one to the next (PNG, 8.2).
const PASSES: [[u32; 4]; 7] = [
    [0, 0, 8, 8],
    [4, 0, 8, 8],
    [0, 4, 4, 8],
    [2, 0, 4, 4],
    [0, 2, 2, 4],
    [1, 0, 2, 2],
    [0, 1, 1, 2],
];

/// RGBA of 16 bits.
fn png(interlaced: bool) -> Vec<u8> {
    let rows = |[x, y, across, down]: [u32; 4]| {
        let (width, height) = ((SIDE - x).div_ceil(across), (SIDE - y).div_ceil(down));
        u64::from(height) * (1 + u64::from(width) * 8)
    };
    let bytes = if interlaced { PASSES.map(rows).iter().sum() } else { rows([0, 0, 1, 1]) };
    let header = [&SIDE.to_be_bytes()[..], &SIDE.to_be_bytes(), &[16, 6, 0, 0, interlaced.into()]];
    [
        b"\x89PNG\r\n\x1a\n".to_vec(),
        chunk(*b"IHDR", &header.concat()),
        chunk(*b"IDAT", &zeros(bytes)),
        chunk(*b"IEND", &[]),
    ]
    .concat()
}

pub(crate) fn interlaced_png() -> Vec<u8> {
    png(true)
}

pub(crate) fn plain_png() -> Vec<u8> {
    png(false)
}

/// Progressive, every component at full resolution: all coefficients are held.
pub(crate) fn progressive_jpeg() -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut encoder = Encoder::new(&mut bytes, 90);
    encoder.set_sampling_factor(SamplingFactor::F_1_1);
    encoder.set_progressive(true);
    let side = u16::try_from(SIDE).expect("a JPEG's side");
    let pixels = [200, 100, 50].repeat((SIDE * SIDE) as usize);
    encoder.encode(&pixels, side, side, ColorType::Rgb).expect("it can be encoded");
    bytes
}

/// RGB of 16 bits, deflated, in one strip (TIFF 6.0, section 2).
pub(crate) fn deep_tiff() -> Vec<u8> {
    let strip = zeros(u64::from(SIDE) * u64::from(SIDE) * 6);
    let length = u32::try_from(strip.len()).expect("it is short");
    let directory = 8 + 8 + u32::try_from(strip.len().next_multiple_of(2)).expect("it is short");
    // Tag, type (3: 16 bits, 4: 32 bits), count, value; the depths stand behind the header.
    let tags: [(u16, u16, u32, u32); 9] = [
        (256, 4, 1, SIDE),
        (257, 4, 1, SIDE),
        (258, 3, 3, 8),
        (259, 3, 1, 8),
        (262, 3, 1, 2),
        (273, 4, 1, 16),
        (277, 3, 1, 3),
        (278, 4, 1, SIDE),
        (279, 4, 1, length),
    ];
    let mut bytes = b"II*\0".to_vec();
    bytes.extend(directory.to_le_bytes());
    bytes.extend([16, 0].repeat(4));
    bytes.extend(&strip);
    bytes.resize(directory as usize, 0);
    bytes.extend(u16::try_from(tags.len()).expect("nine").to_le_bytes());
    for (tag, kind, count, value) in tags {
        bytes.extend(tag.to_le_bytes());
        bytes.extend(kind.to_le_bytes());
        bytes.extend(count.to_le_bytes());
        bytes.extend(value.to_le_bytes());
    }
    bytes.extend([0; 4]);
    bytes
}

/// A frame that is put back to what was there before: three canvases.
pub(crate) fn large_gif() -> Vec<u8> {
    animation(u16::try_from(SIDE).expect("a GIF's side"), 2)
}

/// As many frames as are allowed.
pub(crate) fn long_gif() -> Vec<u8> {
    animation(FRAME_SIDE, FRAMES)
}

fn animation(side: u16, frames: u32) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut encoder =
        gif::Encoder::new(&mut bytes, side, side, &[0, 0, 0, 200, 100, 50]).expect("a header");
    for number in 0..frames {
        let pixels = vec![u8::from(number % 2 == 0); usize::from(side) * usize::from(side)];
        let mut frame = gif::Frame::from_indexed_pixels(side, side, pixels, None);
        frame.dispose = gif::DisposalMethod::Previous;
        frame.delay = 5;
        encoder.write_frame(&frame).expect("memory takes a frame");
    }
    drop(encoder);
    bytes
}

/// A still, lossless: every pixel of one color, which takes no bit a pixel.
pub(crate) fn large_webp() -> Vec<u8> {
    riff(&webp_chunk(*b"VP8L", &lossless(SIDE)))
}

/// The same as frames, as many as are allowed.
pub(crate) fn long_webp() -> Vec<u8> {
    let side = u32::from(FRAME_SIDE) - 1;
    let size = [&side.to_le_bytes()[..3], &side.to_le_bytes()[..3]].concat();
    let still = webp_chunk(*b"VP8L", &lossless(FRAME_SIDE.into()));
    // Place, size, 50 ms, and that it is laid over the frame before.
    let frame = [&[0; 6], &size[..], &[50, 0, 0, 0], &still].concat();
    let head = [
        webp_chunk(*b"VP8X", &[&[0b0000_0010, 0, 0, 0], &size[..]].concat()),
        webp_chunk(*b"ANIM", &[0; 6]),
    ];
    riff(&[head.concat(), webp_chunk(*b"ANMF", &frame).repeat(FRAMES as usize)].concat())
}

/// A square of one color (RFC 9649, section 3).
fn lossless(side: u32) -> Vec<u8> {
    // Sizes less 1, alpha, version; no transform, no cache, no further codes.
    let header = [(side - 1, 14), (side - 1, 14), (1, 1), (0, 3), (0, 3)];
    // Five codes of one symbol, which is 0.
    let codes = [(0b0001, 4); 5];
    let (mut bits, mut at) = (0_u64, 0);
    for (value, count) in header.into_iter().chain(codes) {
        bits |= u64::from(value) << at;
        at += count;
    }
    [&[0x2f], &bits.to_le_bytes()[..]].concat()
}

fn webp_chunk(kind: [u8; 4], data: &[u8]) -> Vec<u8> {
    let length = u32::try_from(data.len()).expect("it is short");
    let padding = vec![0; data.len() % 2];
    [&kind[..], &length.to_le_bytes(), data, &padding].concat()
}

fn riff(chunks: &[u8]) -> Vec<u8> {
    webp_chunk(*b"RIFF", &[b"WEBP", chunks].concat())
}

/// With alpha, and color at full resolution.
pub(crate) fn avif() -> Vec<u8> {
    made(&small(), &format!("width={AVIF_SIDE},height={AVIF_SIDE},fit=cover,format=avif"))
}

/// The scene, less and less transparent from left to right.
pub(crate) fn small() -> Vec<u8> {
    let scene = scene(64, 64);
    let pixel = |x, y| {
        let [red, green, blue, _] = scene.pixel(x, y);
        [red, green, blue, u8::try_from(4 * x).unwrap_or(u8::MAX)]
    };
    Picture::from_fn(64, 64, pixel).to_png()
}

/// Noise in every channel: nothing of it can be compressed.
pub(crate) fn noise_png() -> Vec<u8> {
    let (width, height) = (NOISE_SIDE, NOISE_SIDE);
    Picture { width, height, rgba: noise(4 * width * height) }.to_png()
}

/// What the project itself makes of a source.
fn made(source: &[u8], options: &str) -> Vec<u8> {
    let url = format!("/cdn-cgi/image/{options}/photos/a.png");
    let response = render(&url, None, &source.to_vec().into());
    assert!(response.status.is_success(), "{url}: {}", response.status);
    response.body.to_vec()
}
