//! Files that break off or are wrong.

use proptest::prelude::*;

use super::*;

const BIG: Size = Size::new(256, 256);

/// Those of [`files_of_noise`] whose first scan is not all.
const IN_SCANS: [&str; 2] = ["progressive JPEG", "JPEG in a scan for each component"];

/// Files of noise, so that every part of the picture takes its part of the file.
fn files_of_noise() -> Vec<(&'static str, Vec<u8>)> {
    let rgb = noise(BIG, Channels::Rgb);
    let progressive = EncodeOptions { progressive: true, ..options(Format::Jpeg, 80) };
    vec![
        ("baseline JPEG", encoded(&rgb, EncodeOptions { fast: true, ..options(Format::Jpeg, 80) })),
        ("JPEG in a scan for each component", in_scans(&rgb)),
        ("progressive JPEG", encoded(&rgb, progressive)),
        ("PNG", encoded(&rgb, options(Format::Png, 100))),
        ("PNG with alpha", encoded(&noise(BIG, Channels::Rgba), options(Format::Png, 100))),
        ("lossy WebP", encoded(&rgb, options(Format::Webp, 80))),
        ("lossless WebP", encoded(&rgb, options(Format::Webp, 100))),
        ("GIF", encoded(&rgb, options(Format::Gif, 100))),
    ]
}

/// A JPEG that has a scan for each component, as its encoder writes it with tables of its own.
fn in_scans(raster: &Raster) -> Vec<u8> {
    let side = |side| u16::try_from(side).unwrap();
    let (width, height) = (side(raster.size.width), side(raster.size.height));
    let mut file = Vec::new();
    let mut encoder = jpeg_encoder::Encoder::new(&mut file, 80);
    encoder.set_optimized_huffman_tables(true);
    encoder.encode(&raster.data, width, height, jpeg_encoder::ColorType::Rgb).unwrap();
    file
}

#[test]
fn what_breaks_off_is_shown_as_far_as_it_goes() {
    for (name, file) in files_of_noise() {
        let (_, whole) = decoded(&file);
        assert!(!whole.truncated, "{name}");
        for percent in [10, 50, 90] {
            let cut = &file[..file.len() * percent / 100];
            let case = format!("{name} at {percent} %");
            let part = match try_decode(cut) {
                Ok((_, part)) => part,
                // WebP has what all blocks share, codes or modes, in front of the first pixel.
                Err(_) if name.ends_with("WebP") && percent == 10 => continue,
                Err(error) => panic!("{case}: {error}"),
            };
            assert!(part.truncated, "{case}");
            let (whole, part) = (&whole.frames[0].raster, &part.frames[0].raster);
            // A picture in several scans is coarse from top to bottom instead.
            if !IN_SCANS.contains(&name) {
                let likeness = psnr(
                    &colors(part)[..BIG.width as usize * 3],
                    &colors(whole)[..BIG.width as usize * 3],
                );
                assert!(likeness > 50.0, "{case}: {likeness} dB in the first row");
            }
            if percent == 90 {
                let likeness = psnr(&colors(part), &colors(whole));
                assert!(likeness > 12.0, "{case}: {likeness} dB");
            }
        }
    }
}

#[test]
fn what_is_missing_is_white_or_transparent() {
    for (name, file) in files_of_noise() {
        if IN_SCANS.contains(&name) || name == "GIF" {
            continue;
        }
        let (_, part) = decoded(&file[..file.len() / 2]);
        let raster = &part.frames[0].raster;
        let last = raster.data.chunks_exact(raster.channels.count()).last().unwrap();
        let want: &[u8] = if raster.channels == Channels::Rgba { &[0; 4] } else { &[255; 3] };
        assert_eq!(last, want, "{name}");
    }
}

#[test]
fn animations_that_break_off_keep_complete_frames() {
    for name in ["animated_4_frames_3_times.webp", "animated_4_frames_forever.gif"] {
        let file = fixture(name);
        let (_, whole) = decoded(&file);
        let (_, part) = decoded(&file[..file.len() * 6 / 10]);
        assert!(part.truncated, "{name}");
        assert!((1..4).contains(&part.frames.len()), "{name}: {}", part.frames.len());
        for (n, (part, whole)) in part.frames.iter().zip(&whole.frames).enumerate() {
            assert!(part.raster == whole.raster, "{name}, frame {n}");
        }
    }
}

#[test]
fn bitmaps_and_tiffs_that_break_off_are_white_below() {
    for name in ["rgb.bmp", "rgba.tif"] {
        let mut file = fixture(name);
        if name == "rgb.bmp" {
            file.truncate(file.len() / 2);
        } else {
            // The directory stands in front of the pixels here.
            file.truncate(file.len() - 400);
        }
        match try_decode(&file) {
            Ok((_, decoded)) => assert!(decoded.truncated, "{name}"),
            Err(Error::Decode { .. }) => {}
            Err(error) => panic!("{name}: {error}"),
        }
    }
}

#[test]
fn not_one_row_is_an_error() {
    for (name, file) in files_of_noise() {
        // Up to the header of the pixels, no further.
        let info = sniff(&file, &Limits::default()).unwrap();
        let length = (1..file.len()).find(|n| sniff(&file[..*n], &Limits::default()).is_ok());
        let result = decode(&file[..length.unwrap()], &info, &all_frames());
        assert!(matches!(result, Err(Error::Decode { .. })), "{name}: {result:?}");
    }
}

#[test]
fn every_beginning_of_a_fixture_is_survived() {
    for (name, file) in all_fixtures() {
        for length in (0..file.len()).step_by(file.len() / 40 + 1) {
            assert_survives(&file[..length], &format!("{name}, {length} bytes"));
        }
    }
}

/// Among them are code points that AV1 reserves.
#[test]
fn every_bit_of_the_head_of_an_av1_stream_is_survived() {
    for (name, file) in all_fixtures() {
        if Path::new(&name).extension().is_none_or(|extension| extension != "avif") {
            continue;
        }
        let start = file.windows(4).position(|four| four == b"mdat").unwrap() + 4;
        for at in start..start + 20 {
            for bit in 0..8 {
                let mut file = file.clone();
                file[at] ^= 1 << bit;
                assert_survives(&file, &format!("{name}, bit {bit} of byte {at}"));
            }
        }
    }
}

/// Limits under which a corrupt header costs no time.
const SMALL: Limits = Limits {
    source_bytes: 1 << 20,
    source_pixels: 1 << 17,
    source_side: 2_048,
    frames: 20,
    animation_pixels: 1 << 20,
    output_side: 2_048,
    pixel_operations: 1 << 32,
};

fn assert_survives(file: &[u8], case: &str) {
    let Ok(info) = sniff(file, &SMALL) else { return };
    match decode(file, &info, &DecodeOptions { limits: SMALL, ..all_frames() }) {
        Ok(decoded) => assert!(!decoded.frames.is_empty(), "{case}"),
        Err(Error::Decode { reason, .. }) => assert_ne!(reason, PANICKED, "{case}"),
        Err(_) => {}
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]

    #[test]
    fn corrupt_files_are_survived(
        which in any::<prop::sample::Index>(),
        changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..10),
        in_header in any::<bool>(),
    ) {
        let fixtures = all_fixtures();
        let (name, mut file) = fixtures[which.index(fixtures.len())].clone();
        let reach = if in_header { file.len().min(200) } else { file.len() };
        for (at, value) in &changes {
            file[at.index(reach)] = *value;
        }
        assert_survives(&file, &format!("{name} {changes:?}"));
    }
}
