//! Against another decoder, on photos, on files that end early and on files that are broken.
#![expect(clippy::disallowed_methods, reason = "tests read photos")]

use std::path::PathBuf;

use proptest::prelude::*;
use zune_core::bytestream::ZCursor;
use zune_core::colorspace::ColorSpace;
use zune_core::options::DecoderOptions;

use super::*;
use crate::planes::Plane;
use crate::source::jpeg::{Segment, segments};

/// Decodes a file of whatever size it says it has.
fn decode(bytes: &[u8], scale: Scale) -> Result<Decoded, JpegError> {
    let mut segments = segments(bytes, 2);
    let frame = segments.find_map(|Segment { marker, payload, .. }| {
        let sides = payload.get(1..5)?;
        let side = |at: usize| usize::from(sides[at]) << 8 | usize::from(sides[at + 1]);
        (matches!(marker, 0xC0..=0xC2)).then(|| (side(2), side(0)))
    });
    super::decode(bytes, Request { size: frame.unwrap_or_default(), scale })
}

/// Photos beside the checkout; tests say so when they are absent.
fn photos() -> Vec<(String, Vec<u8>)> {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../shared/data/photos");
    let Ok(entries) = std::fs::read_dir(&folder) else {
        println!("no photos at {}: not tested on photos", folder.display());
        return Vec::new();
    };
    let mut photos: Vec<_> = entries
        .flatten()
        .map(|entry| entry.path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "jpg"))
        .map(|path| {
            (path.file_name().unwrap().to_string_lossy().into_owned(), std::fs::read(path).unwrap())
        })
        .collect();
    photos.sort();
    photos
}

/// The first component at full size, by the other decoder.
fn reference_luma(bytes: &[u8]) -> (usize, usize, Vec<u8>) {
    let options = DecoderOptions::default()
        .jpeg_set_out_colorspace(ColorSpace::YCbCr)
        .set_max_width(20_000)
        .set_max_height(20_000);
    let mut decoder = zune_jpeg::JpegDecoder::new_with_options(ZCursor::new(bytes), options);
    let pixels = decoder.decode().unwrap();
    let (width, height) = decoder.dimensions().unwrap();
    let channels = pixels.len() / (width * height);
    (width, height, pixels.into_iter().step_by(channels).collect())
}

fn mean_difference(plane: &Plane, reference: &[u8], width: usize) -> (f64, u8) {
    let mut sum = 0_u64;
    let mut worst = 0;
    for (row, want) in plane.data.chunks(plane.stride).zip(reference.chunks(width)) {
        for (a, b) in row.iter().zip(want) {
            sum += u64::from(a.abs_diff(*b));
            worst = worst.max(a.abs_diff(*b));
        }
    }
    (sum as f64 / reference.len() as f64, worst)
}

#[test]
fn photos_are_decoded_as_by_another_decoder() {
    for (name, bytes) in photos() {
        let planes = match decode(&bytes, Scale::Full) {
            Ok(planes) => planes,
            Err(JpegError::Unsupported(what)) => {
                assert!(name.contains("cmyk"), "{name}: {what}");
                continue;
            }
            Err(error) => panic!("{name}: {error}"),
        };
        let (width, height, luma) = reference_luma(&bytes);
        let plane = &planes.planes.planes[0];
        assert_eq!((plane.width, plane.height), (width, height), "{name}");
        assert!(!planes.truncated, "{name}");
        let (mean, worst) = mean_difference(plane, &luma, width);
        assert!(mean < 0.1 && worst <= 3, "{name}: mean {mean}, worst {worst}");
    }
}

#[test]
fn a_scaled_photo_is_a_low_pass_of_the_whole() {
    for (name, bytes) in photos() {
        let Ok(full) = decode(&bytes, Scale::Full) else { continue };
        for (scale, factor) in [(Scale::Half, 2), (Scale::Quarter, 4), (Scale::Eighth, 8)] {
            let scaled = decode(&bytes, scale).unwrap();
            for (index, (plane, whole)) in
                scaled.planes.planes.iter().zip(&full.planes.planes).enumerate()
            {
                assert_eq!(plane.width, whole.width.div_ceil(factor), "{name} {scale:?} {index}");
                let mean = box_difference(plane, whole, factor);
                assert!(mean < 6.0, "{name} {scale:?} plane {index}: {mean}");
            }
        }
    }
}

/// Mean difference between a plane and the means of boxes of another.
fn box_difference(plane: &Plane, whole: &Plane, factor: usize) -> f64 {
    let (columns, rows) = (whole.width / factor, whole.height / factor);
    let mut sum = 0.0;
    for y in 0..rows {
        for x in 0..columns {
            let mut total = 0_u32;
            for dy in 0..factor {
                let start = (y * factor + dy) * whole.stride + x * factor;
                total +=
                    whole.data[start..start + factor].iter().map(|&s| u32::from(s)).sum::<u32>();
            }
            let want = f64::from(total) / (factor * factor) as f64;
            sum += (f64::from(plane.data[y * plane.stride + x]) - want).abs();
        }
    }
    sum / (columns * rows).max(1) as f64
}

/// A small picture with detail, encoded with these settings.
fn sample(progressive: bool, width: u16, height: u16) -> Vec<u8> {
    let mut pixels = Vec::new();
    for y in 0..u32::from(height) {
        for x in 0..u32::from(width) {
            pixels.extend([((x * 7) ^ (y * 3)) as u8, (x + y) as u8, (y * 5) as u8]);
        }
    }
    let mut bytes = Vec::new();
    let mut encoder = jpeg_encoder::Encoder::new(&mut bytes, 80);
    encoder.set_progressive(progressive);
    encoder.set_restart_interval(if progressive { 0 } else { 3 });
    encoder.encode(&pixels, width, height, jpeg_encoder::ColorType::Rgb).unwrap();
    bytes
}

#[test]
fn odd_sizes_have_fractional_extents() {
    for progressive in [false, true] {
        for (width, height) in [(1, 1), (7, 9), (17, 33), (100, 3)] {
            let bytes = sample(progressive, width, height);
            let (_, _, luma) = reference_luma(&bytes);
            let full = decode(&bytes, Scale::Full).unwrap();
            let (mean, worst) = mean_difference(&full.planes.planes[0], &luma, usize::from(width));
            assert!(worst <= 2, "{width}x{height} {progressive}: mean {mean}, worst {worst}");
            let quarter = decode(&bytes, Scale::Quarter).unwrap();
            assert!((quarter.planes.planes[0].extent_x - f64::from(width) / 4.0).abs() < 1e-9);
            assert_eq!(quarter.planes.planes[0].width, usize::from(width).div_ceil(4));
        }
    }
}

#[test]
fn a_file_that_ends_early_gives_what_is_there() {
    for progressive in [false, true] {
        let bytes = sample(progressive, 160, 160);
        let whole = decode(&bytes, Scale::Full).unwrap();
        for part in [60, 80, 95] {
            let cut = &bytes[..bytes.len() * part / 100];
            let planes = decode(cut, Scale::Full).unwrap();
            assert!(planes.truncated, "{part} %");
            if !progressive {
                let rows = 16 * planes.planes.planes[0].stride;
                assert_eq!(
                    planes.planes.planes[0].data[..rows],
                    whole.planes.planes[0].data[..rows],
                    "{part} %"
                );
            }
        }
        let scan = bytes.windows(2).position(|pair| pair == [0xFF, 0xDA]).unwrap();
        for cut in 0..scan {
            assert!(decode(&bytes[..cut], Scale::Full).is_err(), "{cut} bytes");
        }
    }
}

#[test]
fn every_sampling_restart_and_odd_size_is_decoded_as_by_another_decoder() {
    use jpeg_encoder::SamplingFactor as S;
    for sampling in [S::F_1_1, S::F_2_1, S::F_1_2, S::F_2_2, S::F_4_1] {
        for (interval, progressive) in [(0, false), (1, false), (5, false), (0, true)] {
            for (width, height) in (1..=33).step_by(4).map(|side| (side, 34 - side)) {
                let pixels: Vec<u8> =
                    (0..u32::from(width) * u32::from(height) * 3).map(|n| (n * 5) as u8).collect();
                let mut bytes = Vec::new();
                let mut encoder = jpeg_encoder::Encoder::new(&mut bytes, 90);
                encoder.set_sampling_factor(sampling);
                encoder.set_restart_interval(interval);
                encoder.set_progressive(progressive);
                encoder.encode(&pixels, width, height, jpeg_encoder::ColorType::Rgb).unwrap();
                let name = format!("{width}x{height} {sampling:?} {interval} {progressive}");
                let decoded = decode(&bytes, Scale::Full).unwrap();
                assert!(!decoded.truncated, "{name}");
                let (_, _, luma) = reference_luma(&bytes);
                let (_, worst) =
                    mean_difference(&decoded.planes.planes[0], &luma, usize::from(width));
                assert!(worst <= 2, "{name}: {worst}");
                for scale in [Scale::Half, Scale::Quarter, Scale::Eighth] {
                    assert!(!decode(&bytes, scale).unwrap().truncated, "{name} {scale:?}");
                }
            }
        }
    }
}

#[test]
fn sixteen_bit_quantization_tables_are_read() {
    let bytes = sample(false, 40, 24);
    let mut wide = Vec::new();
    let mut at = 2;
    wide.extend(&bytes[..2]);
    // Every table before the scan, in its wide form.
    while bytes[at + 1] != 0xDA {
        let length = usize::from(bytes[at + 2]) << 8 | usize::from(bytes[at + 3]);
        let payload = &bytes[at + 4..at + 2 + length];
        if bytes[at + 1] == 0xDB {
            for table in payload.chunks(65) {
                wide.extend([0xFF, 0xDB, 0, 131, table[0] | 0x10]);
                wide.extend(table[1..].iter().flat_map(|&step| [0, step]));
            }
        } else {
            wide.extend(&bytes[at..at + 2 + length]);
        }
        at += 2 + length;
    }
    wide.extend(&bytes[at..]);
    let (a, b) = (decode(&bytes, Scale::Full).unwrap(), decode(&wide, Scale::Full).unwrap());
    assert_eq!(a.planes.planes, b.planes.planes);
}

#[test]
fn a_broken_restart_interval_does_not_spoil_the_next() {
    let bytes = sample(false, 160, 160);
    let whole = decode(&bytes, Scale::Full).unwrap();
    let marker = bytes.windows(2).position(|pair| pair == [0xFF, 0xD3]).unwrap();
    let mut broken = bytes.clone();
    // The interval's last bytes are missing.
    broken.drain(marker - 8..marker);
    let part = decode(&broken, Scale::Full).unwrap();
    assert!(part.truncated);
    let last = |decoded: &Decoded| decoded.planes.planes[0].rows().last().unwrap().to_vec();
    assert_eq!(last(&part), last(&whole));
}

#[test]
fn every_truncation_and_every_flipped_bit_of_a_header_is_survived() {
    for progressive in [false, true] {
        let bytes = sample(progressive, 24, 17);
        let request = |scale| Request { size: (24, 17), scale };
        for length in 0..bytes.len() {
            let _ = super::decode(&bytes[..length], request(Scale::Full));
        }
        let scan = bytes.windows(2).position(|pair| pair == [0xFF, 0xDA]).unwrap();
        for bit in 0..(scan + 16) * 8 {
            let mut flipped = bytes.clone();
            flipped[bit / 8] ^= 1 << (bit % 8);
            for scale in [Scale::Full, Scale::Quarter] {
                let _ = super::decode(&flipped, request(scale));
            }
        }
    }
}

proptest! {
    #[test]
    fn broken_files_do_not_panic(
        progressive: bool,
        scale in prop::sample::select(vec![Scale::Full, Scale::Half, Scale::Quarter, Scale::Eighth]),
        damage in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..20),
    ) {
        let mut bytes = sample(progressive, 40, 40);
        for (index, value) in damage {
            let index = index.index(bytes.len());
            // A size field must not make the test allocate gigabytes: sizes are checked before.
            let frame = bytes.windows(2).position(|p| matches!(p, [0xFF, 0xC0 | 0xC2])).unwrap_or(0);
            if !(frame..frame + 10).contains(&index) {
                bytes[index] = value;
            }
        }
        let _ = decode(&bytes, scale);
    }
}
