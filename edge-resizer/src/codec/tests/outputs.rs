//! What is encoded decodes to what it was, and says what it should.

use super::*;

#[test]
fn what_is_encoded_looks_the_same() {
    for (format, number, least) in [
        (Format::Jpeg, 95, 35.0),
        (Format::Jpeg, 80, 25.0),
        (Format::Webp, 90, 25.0),
        (Format::Webp, 100, f64::INFINITY),
        (Format::Avif, 90, 35.0),
        (Format::Png, 100, f64::INFINITY),
        (Format::Gif, 100, f64::INFINITY),
    ] {
        for fast in [false, true] {
            let options = EncodeOptions { fast, ..options(format, number) };
            let (info, decoded) = decoded(&encoded(&scene(), options));
            assert_eq!((info.stored, info.frames), (SCENE, 1), "{options:?}");
            let likeness = psnr(&colors(&decoded.frames[0].raster), &scene().data);
            assert!(likeness >= least, "{options:?}: {likeness} dB");
        }
    }
}

#[test]
fn alpha_survives_where_the_format_has_it() {
    let source = scene_with_alpha();
    for (format, number, alpha_off_by) in [
        (Format::Png, 100, 0),
        (Format::Webp, 80, 0),
        (Format::Webp, 100, 0),
        (Format::Avif, 90, 8),
    ] {
        let (info, decoded) = decoded(&encoded(&source, options(format, number)));
        assert!(info.alpha, "{format:?}");
        let raster = &decoded.frames[0].raster;
        let off_by = alphas(raster).iter().zip(alphas(&source)).map(|(a, b)| a.abs_diff(b)).max();
        assert!(off_by <= Some(alpha_off_by), "{format:?} {number}: alpha differs by {off_by:?}");
        let seen = color::flatten_on_white(&raster.data);
        let likeness = psnr(&seen, &color::flatten_on_white(&source.data));
        assert!(likeness > 25.0, "{format:?} {number}: {likeness} dB");
    }
}

#[test]
fn jpeg_lays_alpha_on_white_and_gif_cuts_it() {
    let source = scene_with_alpha();
    let (_, jpeg) = decoded(&encoded(&source, options(Format::Jpeg, 95)));
    let likeness = psnr(&jpeg.frames[0].raster.data, &color::flatten_on_white(&source.data));
    assert!(likeness > 30.0, "{likeness} dB");

    let (info, gif) = decoded(&encoded(&source, options(Format::Gif, 100)));
    assert!(info.alpha);
    let want: Vec<u8> =
        alphas(&source).iter().map(|alpha| if *alpha < 128 { 0 } else { 255 }).collect();
    assert_eq!(alphas(&gif.frames[0].raster), want);
}

#[test]
fn an_opaque_alpha_channel_costs_nothing_in_png() {
    let mut source = scene_with_alpha();
    source.data.chunks_exact_mut(4).for_each(|pixel| pixel[3] = 255);
    let png = options(Format::Png, 100);
    assert_eq!(encoded(&source, png), encoded(&scene(), png));
}

#[test]
fn png_takes_a_palette_only_when_asked_and_exact() {
    let asked = EncodeOptions { explicit_quality: true, ..options(Format::Png, 80) };
    let color_type = |file: &[u8]| file[25];
    let full = encoded(&scene(), options(Format::Png, 80));
    let palette = encoded(&scene(), asked);
    assert_eq!((color_type(&full), color_type(&palette)), (2, 3));
    assert_eq!(decoded(&palette).1.frames[0].raster, scene());

    let with_alpha = encoded(&scene_with_alpha(), asked);
    assert_eq!(color_type(&with_alpha), 3);
    assert_eq!(decoded(&with_alpha).1.frames[0].raster, scene_with_alpha());

    let many_colors = noise(Size::new(64, 64), Channels::Rgb);
    assert_eq!(color_type(&encoded(&many_colors, asked)), 2);
}

#[test]
fn jpeg_is_progressive_where_it_pays() {
    let sof = |file: &[u8]| file.windows(2).find(|w| matches!(w, [0xFF, 0xC0 | 0xC2])).unwrap()[1];
    for (size, progressive, want) in [
        (Size::new(64, 64), false, 0xC0),
        (Size::new(64, 64), true, 0xC2),
        (Size::new(49, 64), true, 0xC0),
        (Size::new(64, 49), true, 0xC0),
        (Size::new(3_001, 50), true, 0xC0),
    ] {
        let options = EncodeOptions { progressive, ..options(Format::Jpeg, 80) };
        let file = encoded(&noise(size, Channels::Rgb), options);
        assert_eq!(sof(&file), want, "{size:?}, asked for: {progressive}");
    }
}

#[test]
fn jpeg_halves_chroma_below_quality_90() {
    // The first component's sampling factors are the twelfth byte of the frame header.
    let sampling = |file: &[u8]| {
        let at = file.windows(2).position(|marker| marker == [0xFF, 0xC0]).unwrap();
        file[at + 11]
    };
    for (number, want) in [(89, 0x22), (90, 0x11)] {
        assert_eq!(sampling(&encoded(&scene(), options(Format::Jpeg, number))), want, "{number}");
    }
}

#[test]
fn the_same_pixels_give_the_same_bytes() {
    for format in Format::ALL {
        let source = noise(Size::new(70, 60), Channels::Rgba);
        let options = options(format, 60);
        assert_eq!(encoded(&source, options), encoded(&source, options), "{format:?}");
    }
}

#[test]
fn every_size_can_be_encoded() {
    for format in Format::ALL {
        for (width, height) in [(1, 1), (1, 7), (7, 1), (17, 3), (33, 65)] {
            for channels in [Channels::Rgb, Channels::Rgba] {
                let source = noise(Size::new(width, height), channels);
                let file = encoded(&source, options(format, 75));
                let (info, _) = decoded(&file);
                assert_eq!(info.stored, source.size, "{format:?} {channels:?}");
            }
        }
    }
}

#[test]
fn what_cannot_be_encoded_is_refused() {
    let try_encode = |frames: &[Frame], format| {
        encode(frames, Loops::Forever, &SourceMetadata::default(), &options(format, 80))
    };
    let refused = |result| matches!(result, Err(Error::Encode { .. }));
    let short = Raster { size: Size::new(9, 9), channels: Channels::Rgb, data: vec![0; 9] };
    let inks = Raster { size: Size::new(1, 1), channels: Channels::Cmyk, data: vec![0; 4] };
    let other = noise(Size::new(8, 8), Channels::Rgb);
    for format in Format::ALL {
        assert!(refused(try_encode(&[], format)), "{format:?}: no frame");
        assert!(refused(try_encode(&[frame(short.clone())], format)), "{format:?}: too few bytes");
        assert!(refused(try_encode(&[frame(inks.clone())], format)), "{format:?}: inks");
        let sizes = [frame(scene()), frame(other.clone())];
        assert!(refused(try_encode(&sizes, format)), "{format:?}: two sizes");
    }
    for (format, width) in [(Format::Webp, 16_384), (Format::Jpeg, 65_536), (Format::Gif, 65_536)] {
        let wide = noise(Size::new(width, 1), Channels::Rgb);
        assert!(refused(try_encode(&[frame(wide)], format)), "{format:?}: too wide");
    }
}

fn moving(make: fn() -> Raster) -> Vec<Frame> {
    (0..4)
        .map(|n| {
            let mut raster = make();
            let channels = raster.channels.count();
            for row in raster.data.chunks_exact_mut(SCENE.width as usize * channels) {
                row.rotate_right(8 * n * channels);
            }
            Frame { raster, delay_ms: 100 + 50 * u32::try_from(n).unwrap() }
        })
        .collect()
}

#[test]
fn animations_come_back_frame_by_frame() {
    for (format, make) in [
        (Format::Webp, scene as fn() -> Raster),
        (Format::Webp, scene_with_alpha),
        (Format::Gif, scene),
    ] {
        for loops in [Loops::Forever, Loops::Times(1), Loops::Times(5)] {
            let frames = moving(make);
            let metadata = SourceMetadata::default();
            let file = encode(&frames, loops, &metadata, &options(format, 100)).unwrap();
            let (info, decoded) = decoded(&file);
            assert_eq!((info.frames, decoded.loops), (4, loops), "{format:?}");
            for (n, (want, is)) in frames.iter().zip(&decoded.frames).enumerate() {
                assert_eq!(want.delay_ms, is.delay_ms, "{format:?}, frame {n}");
                let (want, is) = (&want.raster, &is.raster);
                assert_eq!(want.channels, is.channels, "{format:?}, frame {n}");
                // What cannot be seen has no colour.
                let visible = |raster: &Raster| match raster.channels {
                    Channels::Rgba => color::flatten_on_white(&raster.data),
                    _ => raster.data.clone(),
                };
                assert_eq!(visible(want), visible(is), "{format:?}, frame {n}");
            }
        }
    }
}

#[test]
fn a_format_that_does_not_move_gets_the_first_frame() {
    let frames = moving(scene);
    for format in [Format::Jpeg, Format::Png, Format::Avif] {
        let metadata = SourceMetadata::default();
        let file = encode(&frames, Loops::Forever, &metadata, &options(format, 90)).unwrap();
        assert_eq!(file, encoded(&scene(), options(format, 90)), "{format:?}");
    }
}

#[test]
fn metadata_is_kept_as_asked() {
    let (_, source) = decoded(&fixture("copyright_and_place.jpg"));
    let contains =
        |block: &[u8], text: &str| block.windows(text.len()).any(|w| w == text.as_bytes());
    for format in [Format::Jpeg, Format::Png, Format::Webp, Format::Avif] {
        for frames in [vec![frame(scene())], vec![frame(scene_with_alpha())], moving(scene)] {
            for metadata in [Metadata::None, Metadata::Copyright, Metadata::Keep] {
                let options = EncodeOptions { metadata, ..options(format, 80) };
                let file = encode(&frames, Loops::Forever, &source.metadata, &options).unwrap();
                let (info, decoded) = decoded(&file);
                assert_eq!(info.orientation.exif(), 1, "{format:?}");
                let expected = if matches!(format, Format::Webp) { frames.len() } else { 1 };
                assert_eq!(decoded.frames.len(), expected, "{format:?}");
                let exif = decoded.metadata.exif.unwrap_or_default();
                let has = |text| contains(&exif, text);
                let (copyright, maker) = (has("(c) A Shop"), has("Maker"));
                let want = match metadata {
                    Metadata::None => (false, false),
                    Metadata::Copyright => (true, false),
                    Metadata::Keep => (true, true),
                };
                assert_eq!((copyright, maker), want, "{format:?} {metadata:?}");
            }
        }
    }
}

#[test]
fn qualities_come_from_the_url_then_the_policy() {
    use crate::recipe::QualityLevel::{High, Low};
    let policy = Policy::default();
    let level = |level| Some(Quality::Level(level));
    let number = |number| Some(Quality::Number(quality(number)));
    for (format, asked, want) in [
        (Format::Jpeg, None, 82),
        (Format::Webp, None, 80),
        (Format::Avif, None, 70),
        (Format::Png, None, 100),
        (Format::Gif, None, 100),
        (Format::Jpeg, number(33), 33),
        (Format::Png, number(33), 33),
        (Format::Jpeg, level(High), 90),
        (Format::Jpeg, Some(Quality::Auto), 77),
        (Format::Webp, level(Low), 27),
        (Format::Png, level(Low), 100),
    ] {
        assert_eq!(quality_for(format, asked, &policy).get(), want, "{format:?} {asked:?}");
    }
}

/// A JPEG of the scene, decoded: in planes, and as pixels.
fn photo() -> (Picture, Picture) {
    let file = encoded(&scene(), options(Format::Jpeg, 95));
    let info = sniff(&file, &Limits::default()).unwrap();
    let planar = super::super::decode(&file, &info, &all_frames()).unwrap().picture;
    assert!(matches!(planar, Picture::Planar(_)));
    let pixels = Picture::Frames(planar.clone().into_frames());
    (planar, pixels)
}

#[test]
fn planes_have_the_colors_of_pixels_in_every_format() {
    let (planar, pixels) = photo();
    for format in [Format::Jpeg, Format::Webp, Format::Png, Format::Gif] {
        let [from_planes, from_pixels] = [&planar, &pixels].map(|picture| {
            let (loops, metadata) = (Loops::Forever, SourceMetadata::default());
            let file = super::super::encode(picture, loops, &metadata, &options(format, 88));
            let raster = decoded(&file.unwrap()).1.frames.remove(0).raster;
            colors(&raster)
        });
        let likeness = psnr(&from_planes, &from_pixels);
        assert!(likeness > 25.0, "{format:?}: {likeness} dB");
        for channel in 0..3 {
            let mean = |colors: &[u8]| {
                let values = colors.iter().skip(channel).step_by(3);
                values.map(|value| f64::from(*value)).sum::<f64>() / (colors.len() / 3) as f64
            };
            let off = mean(&from_planes) - mean(&from_pixels);
            assert!(off.abs() < 1.0, "{format:?}: channel {channel} is off by {off}");
        }
    }
}

#[test]
fn a_photo_is_scaled_while_it_is_decoded() {
    let raster = noise(Size::new(403, 301), Channels::Rgb);
    let file = encoded(&raster, options(Format::Jpeg, 80));
    let info = sniff(&file, &Limits::default()).unwrap();
    let target = Size::new(100, 75);
    let scaled = DecodeOptions { at_least: Some(target), ..all_frames() };
    let resize = crate::pixels::Op::Resize(target);
    let [whole, scaled] = [all_frames(), scaled].map(|options| {
        let picture = super::super::decode(&file, &info, &options).unwrap().picture;
        assert_eq!(picture.size(), raster.size);
        picture.apply(resize).into_frames().remove(0).raster
    });
    assert_eq!(scaled.size, target);
    let likeness = psnr(&scaled.data, &whole.data);
    assert!(likeness > 30.0, "{likeness} dB");
}
