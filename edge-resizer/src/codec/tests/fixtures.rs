//! Every fixture decodes to the picture that it was made from.

use super::*;

/// Name, and the least likeness to the scene in decibel.
const SCENES: [(&str, f64); 41] = [
    ("baseline.jpg", 35.0),
    ("chroma_420.jpg", 25.0),
    ("progressive.jpg", 35.0),
    ("restart_markers.jpg", 35.0),
    ("cmyk_adobe_is_inverted.jpg", 30.0),
    ("ycck.jpg", 25.0),
    ("copyright_and_place.jpg", 35.0),
    ("orientation_3_becomes_upright.jpg", 35.0),
    ("orientation_6_becomes_upright.jpg", 35.0),
    ("orientation_8_becomes_upright.jpg", 35.0),
    ("rgb.png", f64::INFINITY),
    ("sixteen_bit.png", f64::INFINITY),
    ("palette.png", 25.0),
    ("animated_counts_as_one_frame.png", f64::INFINITY),
    ("orientation_6_becomes_upright.png", f64::INFINITY),
    ("lossy.webp", 25.0),
    ("lossless.webp", f64::INFINITY),
    ("animated_4_frames_3_times.webp", f64::INFINITY),
    ("orientation_6_becomes_upright.webp", 25.0),
    ("still.gif", 35.0),
    ("animated_4_frames_forever.gif", 35.0),
    ("yuv444.avif", 35.0),
    ("yuv422.avif", 25.0),
    ("yuv420.avif", 25.0),
    ("ten_bit.avif", 35.0),
    ("twelve_bit_420.avif", 25.0),
    ("limited_range.avif", 35.0),
    ("bt709.avif", 35.0),
    ("bt2020_matrix.avif", 35.0),
    ("identity.avif", 35.0),
    ("orientation_6_becomes_upright.avif", 35.0),
    ("mirrored.avif", 35.0),
    ("rgb.bmp", f64::INFINITY),
    ("palette.bmp", 25.0),
    ("run_lengths.bmp", 25.0),
    ("rgb.tif", f64::INFINITY),
    ("rgb_lzw.tif", f64::INFINITY),
    ("rgb_deflate.tif", f64::INFINITY),
    ("planar.tif", f64::INFINITY),
    ("tiles.tif", f64::INFINITY),
    ("orientation_6_becomes_upright.tif", f64::INFINITY),
];

/// Those that need a word more, or have another truth.
const ALSO_SCENES: [(&str, f64); 4] = [
    ("big_endian.tif", f64::INFINITY),
    ("sixteen_bit_rgb.tif", f64::INFINITY),
    ("palette.tif", 25.0),
    ("cmyk.tif", f64::INFINITY),
];

#[test]
fn scenes_look_like_the_scene() {
    for (name, least) in SCENES.into_iter().chain(ALSO_SCENES) {
        let (info, decoded) = decoded(&fixture(name));
        assert!(!decoded.truncated, "{name}");
        let seen = upright(&decoded.frames[0].raster, info.orientation.exif());
        assert_eq!(seen.size, SCENE, "{name}");
        let likeness = psnr(&colors(&seen), &scene().data);
        assert!(likeness >= least, "{name}: {likeness} dB");
    }
}

#[test]
fn gray_pictures_look_like_the_gray_scene() {
    // ITU-R BT.601 luma, as Pillow converts.
    let gray: Vec<u8> = scene()
        .data
        .chunks_exact(3)
        .flat_map(|c| {
            let [r, g, b] = [0, 1, 2].map(|n| u32::from(c[n]));
            let luma = (r * 19_595 + g * 38_470 + b * 7_471 + 0x8000) >> 16;
            [u8::try_from(luma).unwrap(); 3]
        })
        .collect();
    for (name, least) in [
        ("gray.jpg", 35.0),
        ("gray.png", f64::INFINITY),
        ("gray_alpha.png", f64::INFINITY),
        ("gray.tif", f64::INFINITY),
        ("gray_alpha.tif", f64::INFINITY),
        ("yuv400.avif", 35.0),
    ] {
        let (_, decoded) = decoded(&fixture(name));
        let likeness = psnr(&colors(&decoded.frames[0].raster), &gray);
        assert!(likeness >= least, "{name}: {likeness} dB");
    }
}

#[test]
fn two_tones_are_black_and_white() {
    let (_, png) = decoded(&fixture("one_bit.png"));
    let (_, fax) = decoded(&fixture("fax.tif"));
    let (png, fax) = (&png.frames[0].raster.data, &fax.frames[0].raster.data);
    assert_eq!(png, fax);
    assert!(png.contains(&0) && png.contains(&255) && png.iter().all(|v| [0, 255].contains(v)));
}

#[test]
fn inks_without_the_adobe_marker_are_taken_as_they_are() {
    let (_, decoded) = decoded(&fixture("cmyk_without_adobe_is_negative.jpg"));
    // The fixture's samples are Adobe's, where no ink is 255: without the marker all is black.
    assert!(decoded.frames[0].raster.data.iter().all(|value| *value < 8));
}

#[test]
fn alpha_survives() {
    let want = scene_with_alpha();
    for (name, likeness, alpha_off_by) in [
        ("rgba.png", f64::INFINITY, 0),
        ("interlaced.png", f64::INFINITY, 0),
        ("gray_alpha.png", 0.0, 0),
        ("lossless_alpha.webp", 20.0, 0),
        ("lossy_alpha.webp", 20.0, 0),
        ("alpha.avif", 20.0, 3),
        ("alpha_premultiplied.avif", 20.0, 3),
        ("alpha.bmp", f64::INFINITY, 0),
        ("rgba.tif", f64::INFINITY, 0),
        ("gray_alpha.tif", 0.0, 0),
    ] {
        let (info, decoded) = decoded(&fixture(name));
        let raster = &decoded.frames[0].raster;
        assert!(info.alpha && raster.channels == Channels::Rgba, "{name}");
        let off_by = alphas(raster).iter().zip(alphas(&want)).map(|(a, b)| a.abs_diff(b)).max();
        assert!(off_by <= Some(alpha_off_by), "{name}: alpha differs by {off_by:?}");
        let (seen, want) =
            (color::flatten_on_white(&raster.data), color::flatten_on_white(&want.data));
        assert!(psnr(&seen, &want) >= likeness, "{name}: {} dB", psnr(&seen, &want));
    }
}

#[test]
fn a_transparent_palette_entry_is_transparent() {
    let (info, decoded) = decoded(&fixture("palette_with_transparency.png"));
    assert!(info.alpha);
    assert!(alphas(&decoded.frames[0].raster).contains(&0));
}

#[test]
fn a_grid_is_put_together() {
    let (info, decoded) = decoded(&fixture("grid_2x2_of_256x192.avif"));
    assert_eq!(info.stored, Size::new(256, 192));
    let raster = &decoded.frames[0].raster;
    let want: Vec<u8> = (0..192 * 256)
        .flat_map(|n| {
            let (x, y) = (n % 256 / 4, n / 256 / 4);
            let at = (y * 64 + x) * 3;
            scene().data[at..at + 3].to_vec()
        })
        .collect();
    assert!(psnr(&raster.data, &want) > 35.0, "{} dB", psnr(&raster.data, &want));
}

#[test]
fn animations_have_their_frames_delays_and_loops() {
    for (name, loops) in [
        ("animated_4_frames_3_times.webp", Loops::Times(3)),
        ("animated_4_frames_forever.gif", Loops::Forever),
    ] {
        let bytes = fixture(name);
        let (info, decoded) = decoded(&bytes);
        let delays: Vec<_> = decoded.frames.iter().map(|frame| frame.delay_ms).collect();
        assert_eq!((info.frames, delays), (4, vec![100, 200, 300, 400]), "{name}");
        assert_eq!(decoded.loops, loops, "{name}");
        // Each frame is the scene, moved right by 8 pixels more.
        let last = &decoded.frames[3].raster;
        let row: Vec<u8> = scene().data[..64 * 3].to_vec();
        let moved: Vec<u8> = [&row[40 * 3..], &row[..40 * 3]].concat();
        assert!(psnr(&last.data[..64 * 3], &moved) > 30.0, "{name}");

        let first = DecodeOptions { first_frame: true, ..all_frames() };
        let one = decode(&bytes, &info, &first).unwrap();
        assert_eq!(one.frames, decoded.frames[..1], "{name}");
        assert!(!one.truncated, "{name}");
    }
}

#[test]
fn disposal_is_heeded() {
    let (info, dots) = decoded(&fixture("disposal_background_leaves_one_dot.gif"));
    assert!(info.alpha);
    for (n, frame) in dots.frames.iter().enumerate() {
        let opaque = alphas(&frame.raster).into_iter().filter(|alpha| *alpha > 0).count();
        assert_eq!(opaque, 12 * 16, "frame {n}");
    }

    let (_, decoded) = decoded(&fixture("disposal_previous_leaves_white.gif"));
    let count = |frame: &Frame, color: [u8; 3]| {
        frame.raster.data.chunks_exact(3).filter(|pixel| *pixel == color).count()
    };
    let counts: Vec<_> = decoded
        .frames
        .iter()
        .map(|frame| (count(frame, [255, 0, 0]), count(frame, [0, 0, 255])))
        .collect();
    assert_eq!(counts, [(0, 0), (256, 0), (0, 256)]);
}

#[test]
fn svg_is_cleaned() {
    let clean = String::from_utf8(sanitize_svg(&fixture("script.svg")).unwrap()).unwrap();
    assert!(clean.contains("<rect") && clean.contains("fill=\"red\""), "{clean}");
    for forbidden in ["script", "onload", "alert", "elsewhere"] {
        assert!(!clean.contains(forbidden), "{forbidden} in {clean}");
    }
    assert!(matches!(sanitize_svg(b"<svg"), Err(Error::Decode { format: "SVG", .. })));
}
