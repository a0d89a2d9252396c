//! Embedded profiles, color by color: a grid through our conversion and through Little CMS, as libvips
//! calls it.

use std::path::Path;

use anyhow::Context;
use bytes::Bytes;
use tests::exchange::render;
use tests::photo::{self, Photo};
use tests::picture::Picture;
use tests::{tool, vips};

/// What nobody sees side by side: CIEDE2000 of 2.
const TOLERANCE: f64 = 2.0;

/// Every photo's profile, of the photos that have one that is not for CMYK: that one's pixels are
/// compared as a photo.
#[test]
fn colors_of_every_profile_agree_with_a_reference() {
    let folder = tool::empty_folder("profiles");
    let profiled = photo::all().into_iter().filter_map(|photo| Some((rgb_profile(&photo)?, photo)));
    let mut seen = 0;
    for (profile, photo) in profiled {
        let difference = compare(&folder, &photo.name, &profile).expect("libvips compares them");
        println!("{}: at most {difference:.2}", photo.name);
        assert!(difference <= TOLERANCE, "{}: {difference}", photo.name);
        seen += 1;
    }
    println!("{seen} profiles compared");
}

fn rgb_profile(photo: &Photo) -> Option<Vec<u8>> {
    let profile = vips::profile(&photo.path).ok()?;
    // The color space of the data stands there (ICC.1:2022, 7.2.6).
    (profile.get(16..20)? == b"RGB ").then_some(profile)
}

/// The largest difference over the grid.
fn compare(folder: &Path, name: &str, profile: &[u8]) -> anyhow::Result<f64> {
    let file = |kind: &str| folder.join(format!("{name}.{kind}"));
    // TIFF, because libpng refuses profiles that are a little out of the ordinary.
    let (plain, tagged, icc) = (file("plain.png"), file("tagged.tif"), file("icc"));
    std::fs::write(&plain, grid().to_png())?;
    std::fs::write(&icc, profile)?;
    let icc = icc.to_str().context("the target folder's name is no text")?;
    vips::operate("tiffsave", &plain, &tagged, &["--profile", icc])?;
    let (reference, ours) = (file("reference.png"), file("ours.png"));
    vips::operate("icc_transform", &tagged, &reference, &["srgb", "--embedded"])?;
    let url = "/cdn-cgi/image/format=png,quality=100/grid.tif";
    std::fs::write(&ours, render(url, None, &Bytes::from(std::fs::read(&tagged)?)).body)?;
    vips::largest_difference(&ours, &reference)
}

/// 17 levels of each channel.
fn grid() -> Picture {
    let level = |step: u32| u8::try_from((step * 255 + 8) / 16).unwrap_or(u8::MAX);
    Picture::from_fn(17 * 17, 17, |x, y| [level(x % 17), level(x / 17), level(y), 255])
}
