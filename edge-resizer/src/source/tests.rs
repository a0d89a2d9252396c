//! Headers of every kind: what they say, what is refused, and that none of them can do harm.
#![expect(clippy::disallowed_methods, reason = "tests read their fixtures")]

use std::path::{Path, PathBuf};

use proptest::prelude::*;

use super::*;

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures")
}

fn fixture(name: &str) -> Vec<u8> {
    std::fs::read(folder().join(name)).unwrap_or_else(|error| panic!("{name}: {error}"))
}

fn all_fixtures() -> Vec<(String, Vec<u8>)> {
    let names = std::fs::read_dir(folder()).unwrap();
    let names = names.map(|entry| entry.unwrap().file_name().into_string().unwrap());
    names.map(|name| (name.clone(), fixture(&name))).collect()
}

fn sniffed(bytes: &[u8]) -> Result<SourceInfo, Error> {
    sniff(bytes, &Limits::default())
}

#[test]
fn headers_say_what_the_files_are() {
    use SourceFormat::{Avif, Bmp, Gif, Jpeg, Png, Svg, Tiff, Webp};
    // Format, stored size, orientation, frames, alpha.
    for (name, format, (width, height), orientation, frames, alpha) in [
        ("baseline.jpg", Jpeg, (64, 48), 1, 1, false),
        ("progressive.jpg", Jpeg, (64, 48), 1, 1, false),
        ("ycck.jpg", Jpeg, (64, 48), 1, 1, false),
        ("orientation_3_becomes_upright.jpg", Jpeg, (64, 48), 3, 1, false),
        ("orientation_6_becomes_upright.jpg", Jpeg, (48, 64), 6, 1, false),
        ("orientation_8_becomes_upright.jpg", Jpeg, (48, 64), 8, 1, false),
        ("rgb.png", Png, (64, 48), 1, 1, false),
        ("rgba.png", Png, (64, 48), 1, 1, true),
        ("gray_alpha.png", Png, (64, 48), 1, 1, true),
        ("palette.png", Png, (64, 48), 1, 1, false),
        ("palette_with_transparency.png", Png, (64, 48), 1, 1, true),
        ("animated_counts_as_one_frame.png", Png, (64, 48), 1, 1, false),
        ("orientation_6_becomes_upright.png", Png, (48, 64), 6, 1, false),
        ("lossy.webp", Webp, (64, 48), 1, 1, false),
        ("lossy_alpha.webp", Webp, (64, 48), 1, 1, true),
        ("lossless.webp", Webp, (64, 48), 1, 1, false),
        ("lossless_alpha.webp", Webp, (64, 48), 1, 1, true),
        ("animated_4_frames_3_times.webp", Webp, (64, 48), 1, 4, true),
        ("orientation_6_becomes_upright.webp", Webp, (48, 64), 6, 1, false),
        ("still.gif", Gif, (64, 48), 1, 1, false),
        ("disposal_background_leaves_one_dot.gif", Gif, (64, 48), 1, 3, true),
        ("yuv420.avif", Avif, (64, 48), 1, 1, false),
        ("alpha.avif", Avif, (64, 48), 1, 1, true),
        ("orientation_6_becomes_upright.avif", Avif, (48, 64), 6, 1, false),
        ("mirrored.avif", Avif, (64, 48), 2, 1, false),
        ("grid_2x2_of_256x192.avif", Avif, (256, 192), 1, 1, false),
        ("rgb.bmp", Bmp, (64, 48), 1, 1, false),
        ("alpha.bmp", Bmp, (64, 48), 1, 1, true),
        ("rgb.tif", Tiff, (64, 48), 1, 1, false),
        ("rgba.tif", Tiff, (64, 48), 1, 1, true),
        ("big_endian.tif", Tiff, (64, 48), 1, 1, false),
        ("orientation_6_becomes_upright.tif", Tiff, (48, 64), 6, 1, false),
        ("script.svg", Svg, (1, 1), 1, 1, true),
    ] {
        let info = sniffed(&fixture(name)).unwrap_or_else(|error| panic!("{name}: {error}"));
        let is = (info.format, info.stored, info.orientation.exif(), info.frames, info.alpha);
        assert_eq!(is, (format, Size::new(width, height), orientation, frames, alpha), "{name}");
        let upright = if orientation >= 5 { (height, width) } else { (width, height) };
        assert_eq!(info.upright(), Size::new(upright.0, upright.1), "{name}");
    }
}

/// A box of an ISO base media file.
fn boxed(kind: [u8; 4], data: &[u8]) -> Vec<u8> {
    let size = u32::try_from(data.len() + 8).unwrap().to_be_bytes();
    [&size[..], &kind, data].concat()
}

/// A file of these brands, whose only item is of this kind, 4 x 3, and has these properties.
fn heif(brands: &[u8], kind: [u8; 4], properties: &[Vec<u8>]) -> Vec<u8> {
    let full = |data: &[u8]| [&[0; 4], data].concat();
    let size = boxed(*b"ispe", &full(&[0, 0, 0, 4, 0, 0, 0, 3]));
    let indices: Vec<u8> = (1..=u8::try_from(properties.len() + 1).unwrap()).collect();
    let count = u8::try_from(indices.len()).unwrap();
    let entry = boxed(*b"infe", &[&[2, 0, 0, 0, 0, 1, 0, 0][..], &kind, b"\0"].concat());
    let container = boxed(*b"ipco", &[size, properties.concat()].concat());
    let links = boxed(*b"ipma", &full(&[&[0, 0, 0, 1, 0, 1, count][..], &indices].concat()));
    let meta = [
        boxed(*b"pitm", &full(&[0, 1])),
        boxed(*b"iinf", &full(&[&[0, 1][..], &entry].concat())),
        boxed(*b"iprp", &[container, links].concat()),
    ];
    [boxed(*b"ftyp", brands), boxed(*b"meta", &full(&meta.concat()))].concat()
}

#[test]
fn rotation_and_mirror_of_avif_are_exif_orientations() {
    // Quarter turns anticlockwise, mirror (0: top and bottom change places, 1: left and right); as
    // libavif maps them.
    for (turns, mirror, want) in [
        (None, None, 1),
        (None, Some(1), 2),
        (Some(2), None, 3),
        (None, Some(0), 4),
        (Some(1), Some(0), 5),
        (Some(3), None, 6),
        (Some(3), Some(0), 7),
        (Some(1), None, 8),
        (Some(2), Some(0), 2),
        (Some(2), Some(1), 4),
        (Some(1), Some(1), 7),
        (Some(3), Some(1), 5),
    ] {
        let properties: Vec<_> = [(*b"irot", turns), (*b"imir", mirror)]
            .into_iter()
            .filter_map(|(kind, value): ([u8; 4], Option<u8>)| Some(boxed(kind, &[value?])))
            .collect();
        let info = sniffed(&heif(b"avif\0\0\0\0avif", *b"av01", &properties)).unwrap();
        assert_eq!(info.orientation.exif(), want, "{turns:?} {mirror:?}");
        assert_eq!(info.stored, Size::new(4, 3));
    }
}

#[test]
fn brands_tell_avif_from_its_relatives() {
    for (brands, kind, want) in [
        (&b"avif\0\0\0\0mif1"[..], b"av01", None),
        (b"avis\0\0\0\0avif", b"av01", None),
        (b"mif1\0\0\0\0miaf", b"av01", None),
        (b"mif1\0\0\0\0miaf", b"hvc1", Some("HEIF")),
        (b"heic\0\0\0\0mif1", b"hvc1", Some("HEIC")),
        (b"mif1\0\0\0\0heic", b"hvc1", Some("HEIC")),
        (b"isom\0\0\x02\0mp41", b"av01", Some("MP4 video")),
        (b"qt  \0\0\0\0qt  ", b"av01", Some("MP4 video")),
    ] {
        let is = sniffed(&heif(brands, *kind, &[]));
        let case = String::from_utf8_lossy(brands);
        match want {
            None => assert_eq!(is.map(|info| info.format), Ok(SourceFormat::Avif), "{case}"),
            Some(format) => assert_eq!(is, Err(Error::UnsupportedFormat { format }), "{case}"),
        }
    }
}

#[test]
fn what_is_known_and_not_handled_is_named() {
    let jpeg2000 = fixture("refused.jp2");
    for (bytes, want) in [
        (&b"\xFF\x0A\x00\x00"[..], "JPEG XL"),
        (b"\0\0\0\x0CJXL \r\n\x87\n\0\0", "JPEG XL"),
        (&jpeg2000, "JPEG 2000"),
        (b"8BPS\0\x01", "Photoshop"),
        (b"%PDF-1.7\n", "PDF"),
        (b"\0\0\x01\0\x01\0\x10\x10", "ICO"),
        (b"\0\0\0\x20ftypisom\0\0\0\0", "MP4 video"),
        (b"\x1A\x45\xDF\xA3\x01", "WebM video"),
        (b"II+\0\x08\0", "BigTIFF"),
        (b"II*\0\x10\0\0\0CR\x02\0", "Canon raw"),
    ] {
        let format = want;
        assert_eq!(sniffed(bytes), Err(Error::UnsupportedFormat { format }), "{want}");
    }
}

#[test]
fn what_is_no_picture_is_told_so() {
    for bytes in [
        &b""[..],
        b"\xFF",
        b"<!DOCTYPE html><html><body><svg></svg></body></html>",
        b"<html><svg/></html>",
        b"<?xml version=\"1.0\"?><rss/>",
        b"{\"error\": \"not found\"}",
        b"BM is no bitmap by its two letters alone",
        b"RIFF\x24\0\0\0WAVEfmt ",
        b"GIF88a\x01\0\x01\0",
        b"\0\0\0\0\0\0\0\0",
        b"<svgfoo>",
    ] {
        assert_eq!(sniffed(bytes), Err(Error::NotAnImage), "{}", String::from_utf8_lossy(bytes));
    }
}

#[test]
fn svg_is_known_by_its_first_element() {
    for text in [
        "<svg>",
        "<svg/>",
        "\u{FEFF}<svg xmlns='http://www.w3.org/2000/svg'>",
        " \n<?xml version='1.0'?>\n<svg>",
        "<!-- <html> --><svg >",
        "<!DOCTYPE svg PUBLIC '-//W3C//DTD SVG 1.1//EN' 'svg11.dtd'>\n<svg\n>",
        "<!doctype svg [ <!ENTITY a '>'> ]><svg>",
        "<svg:svg xmlns:svg='http://www.w3.org/2000/svg'>",
    ] {
        let info = sniffed(text.as_bytes()).unwrap_or_else(|error| panic!("{text}: {error}"));
        assert_eq!((info.format, info.stored), (SourceFormat::Svg, Size::new(1, 1)), "{text}");
    }
}

#[test]
fn limits_are_kept_before_anything_is_allocated() {
    let limits = Limits { source_side: 64, source_pixels: 64 * 48, frames: 3, ..Limits::default() };
    let too_large = |name: &str, limits: &Limits| match sniff(&fixture(name), limits) {
        Err(Error::TooLarge { what, value, limit }) => (what, value, limit),
        other => panic!("{name}: {other:?}"),
    };
    assert!(sniff(&fixture("rgb.png"), &limits).is_ok());
    let side = Limits { source_side: 63, ..limits };
    assert_eq!(too_large("rgb.png", &side), ("the width of the source", 64, 63));
    let side = Limits { source_side: 47, ..limits };
    assert_eq!(too_large("orientation_6_becomes_upright.jpg", &side).0, "the width of the source");
    let pixels = Limits { source_pixels: 3_071, ..limits };
    assert_eq!(too_large("lossy.webp", &pixels).1, 3_072);
    for name in ["animated_4_frames_forever.gif", "animated_4_frames_3_times.webp"] {
        assert_eq!(too_large(name, &limits), ("the number of frames of the source", 4, 3));
    }
    let bytes = Limits { source_bytes: 100, ..limits };
    assert_eq!(too_large("rgb.png", &bytes).2, 100);
    let promised = too_large("promises_60000x60000.png", &Limits::default());
    assert_eq!(promised, ("the width of the source", 60_000, 12_000));
}

#[test]
fn a_million_frames_are_not_counted() {
    let mut file = b"GIF89a\x01\0\x01\0\x80\0\0\0\0\0\xFF\xFF\xFF".to_vec();
    let frame = b"\x2C\0\0\0\0\x01\0\x01\0\0\x02\x02\x44\x01\0";
    file.extend(frame.repeat(1_000_000));
    let want =
        Error::TooLarge { what: "the number of frames of the source", value: 1_001, limit: 1_000 };
    assert_eq!(sniffed(&file), Err(want));
}

#[test]
fn broken_headers_are_errors_of_their_format() {
    let mut no_width = fixture("rgb.png");
    no_width[16..20].fill(0);
    let mut no_height = fixture("rgb.bmp");
    no_height[22..26].fill(0);
    let mut no_canvas = fixture("still.gif");
    no_canvas[6..8].fill(0);
    let jpeg = fixture("baseline.jpg");
    for (case, bytes, want) in [
        ("width 0", &no_width[..], "PNG"),
        ("height 0", &no_height, "BMP"),
        ("canvas of width 0", &no_canvas, "GIF"),
        ("cut off", &jpeg[..100], "JPEG"),
        ("nothing but the start", b"\xFF\xD8\xFF", "JPEG"),
        ("nothing but the signature", b"\x89PNG\r\n\x1A\n", "PNG"),
        ("nothing but the container", b"RIFF\x04\0\0\0WEBP", "WebP"),
        ("no frame", b"GIF89a\x01\0\x01\0\0\0\0;", "GIF"),
        ("directory elsewhere", b"II*\0\xFF\xFF\xFF\x7F", "TIFF"),
        ("no items", b"\0\0\0\x10ftypavif\0\0\0\0", "AVIF"),
    ] {
        match sniffed(bytes) {
            Err(Error::Decode { format, .. }) => assert_eq!(format, want, "{case}"),
            other => panic!("{case}: {other:?}"),
        }
    }
}

#[test]
fn every_beginning_and_every_flipped_bit_is_survived() {
    const HEADER: usize = 160;
    for (_, file) in all_fixtures() {
        for length in 0..file.len().min(2_000) {
            let _answer = sniffed(&file[..length]);
        }
        let mut changed = file.clone();
        for at in 0..file.len().min(HEADER) {
            for bit in 0..8 {
                changed[at] ^= 1 << bit;
                let _answer = sniffed(&changed);
                changed[at] = file[at];
            }
        }
    }
}

proptest! {
    #[test]
    fn bytes_after_a_signature_are_survived(
        which in 0..9_usize,
        bytes in prop::collection::vec(any::<u8>(), 0..200),
    ) {
        let signature: &[u8] = [
            &b"\xFF\xD8\xFF"[..],
            b"\x89PNG\r\n\x1A\n\0\0\0\x0DIHDR",
            b"GIF89a",
            b"II*\0\x08\0\0\0",
            b"MM\0*\0\0\0\x08",
            b"RIFF\0\0\0\0WEBPVP8X\x0A\0\0\0",
            b"\0\0\0\x10ftypavif\0\0\0\0\0\0\0\xC0meta\0\0\0\0",
            b"BM\0\0\0\0\0\0\0\0\x36\0\0\0\x28\0\0\0",
            b"<!DOCTYPE ",
        ][which];
        if let Ok(info) = sniffed(&[signature, &bytes].concat()) {
            prop_assert!(info.stored.pixels() > 0 && info.frames > 0);
        }
    }
}
