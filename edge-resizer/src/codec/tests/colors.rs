//! Embedded profiles.

use moxcms::ColorProfile;

use super::*;

/// A PNG with these colours and this profile.
fn png_with(profile: &[u8], channels: Channels, data: &[u8]) -> Vec<u8> {
    let pixels = u32::try_from(data.len() / channels.count()).unwrap();
    let mut header = ::png::Info::with_size(pixels, 1);
    header.bit_depth = ::png::BitDepth::Eight;
    header.color_type = match channels {
        Channels::Gray => ::png::ColorType::Grayscale,
        Channels::Rgba => ::png::ColorType::Rgba,
        _ => ::png::ColorType::Rgb,
    };
    header.icc_profile = Some(profile.to_vec().into());
    let mut file = Vec::new();
    let mut writer = ::png::Encoder::with_info(&mut file, header).unwrap().write_header().unwrap();
    writer.write_image_data(data).unwrap();
    writer.finish().unwrap();
    file
}

fn converted(profile: &[u8], channels: Channels, data: &[u8]) -> Vec<u8> {
    decoded(&png_with(profile, channels, data)).1.frames.remove(0).raster.data
}

fn assert_near(is: &[u8], want: &[u8], case: &str) {
    let near = is.len() == want.len() && is.iter().zip(want).all(|(a, b)| a.abs_diff(*b) <= 2);
    assert!(near, "{case}: {is:?}, not {want:?}");
}

/// By the matrices of CSS Color 4, section 17 (<https://www.w3.org/TR/css-color-4/>).
#[test]
fn wide_gamuts_are_brought_to_srgb() {
    let p3 = ColorProfile::new_display_p3().encode().unwrap();
    let adobe = ColorProfile::new_adobe_rgb().encode().unwrap();
    for (case, profile, color, want) in [
        ("P3 grey", &p3, [128, 128, 128], [128, 128, 128]),
        ("P3 skin", &p3, [200, 150, 120], [208, 148, 115]),
        ("P3 green is out of gamut", &p3, [0, 255, 0], [0, 255, 0]),
        ("Adobe grey", &adobe, [128, 128, 128], [128, 128, 128]),
        ("Adobe white", &adobe, [255, 255, 255], [255, 255, 255]),
    ] {
        assert_near(&converted(profile, Channels::Rgb, &color), &want, case);
    }
}

#[test]
fn alpha_is_no_colour() {
    let p3 = ColorProfile::new_display_p3().encode().unwrap();
    let is = converted(&p3, Channels::Rgba, &[200, 150, 120, 77]);
    assert_near(&is, &[208, 148, 115, 77], "P3 with alpha");
    assert_eq!(is[3], 77);
}

#[test]
fn gray_profiles_bend_the_ramp() {
    let linear = ColorProfile::new_gray_with_gamma(1.0).encode().unwrap();
    let is = converted(&linear, Channels::Gray, &[0, 55, 255]);
    // 55 / 255 of the light is 128 in sRGB.
    assert_near(&is, &[0, 0, 0, 128, 128, 128, 255, 255, 255], "linear grey");
}

#[test]
fn srgb_profiles_leave_every_byte_as_it_is() {
    let srgb = ColorProfile::new_srgb().encode().unwrap();
    let source = noise(Size::new(256, 1), Channels::Rgb);
    assert_eq!(converted(&srgb, Channels::Rgb, &source.data), source.data);
}

#[test]
fn profiles_that_do_not_fit_are_ignored() {
    let p3 = ColorProfile::new_display_p3().encode().unwrap();
    let gray = ColorProfile::new_gray_with_gamma(1.0).encode().unwrap();
    let color = [200, 150, 120];
    for (case, profile) in
        [("rubbish", b"rubbish".to_vec()), ("cut off", p3[..200].to_vec()), ("for grey", gray)]
    {
        assert_eq!(converted(&profile, Channels::Rgb, &color), color, "{case}");
    }
}

#[test]
fn profiles_of_jpeg_are_put_together() {
    let mut p3 = ColorProfile::new_display_p3().encode().unwrap();
    // Padded, so that it takes two segments.
    p3.resize(70_000, 0);
    let length = u32::try_from(p3.len()).unwrap().to_be_bytes();
    p3[..4].copy_from_slice(&length);
    let mut file = Vec::new();
    let mut encoder = jpeg_encoder::Encoder::new(&mut file, 100);
    encoder.add_icc_profile(&p3).unwrap();
    let pixels = [200, 150, 120].repeat(64);
    encoder.encode(&pixels, 8, 8, jpeg_encoder::ColorType::Rgb).unwrap();
    let (_, decoded) = decoded(&file);
    assert_near(&decoded.frames[0].raster.data[..3], &[208, 148, 115], "JPEG");
}

#[test]
fn ideal_inks_without_a_profile() {
    for (inks, want) in [
        ([0, 0, 0, 0], [255, 255, 255]),
        ([0, 0, 0, 255], [0, 0, 0]),
        ([255, 0, 0, 0], [0, 255, 255]),
        ([0, 128, 255, 51], [204, 102, 0]),
    ] {
        let raster =
            Raster { size: Size::new(1, 1), channels: Channels::Cmyk, data: inks.to_vec() };
        assert_eq!(color::to_srgb(raster, None).data, want, "{inks:?}");
    }
}

#[test]
fn products_and_quotients_are_rounded() {
    for a in 0..=255_u8 {
        for b in 0..=255_u8 {
            let exact = (u32::from(a) * u32::from(b) * 2 + 255) / 510;
            assert_eq!(u32::from(color::multiply(a, b)), exact, "{a} * {b}");
        }
        assert_eq!(color::divide(color::multiply(a, 255), 255), a);
        assert_eq!(color::divide(a, 0), 0);
    }
}
