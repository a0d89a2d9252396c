//! Photos as shops have them, from a folder beside the workspace; where it is absent, there is
//! nothing to test.

use super::*;

/// Name, stored size, orientation, frames, alpha, and the mean of each channel, laid on white, that
/// Pillow with Little CMS gives.
type Photo = (&'static str, (u32, u32), u8, u32, bool, [f64; 3]);

const PHOTOS: [Photo; 19] = [
    ("alphapaper.png", (2048, 1536), 1, 1, true, [244.6, 243.7, 242.2]),
    ("bimg_bird.jpg", (1920, 1080), 1, 1, false, [132.9, 111.1, 105.3]),
    ("bimg_vertical.jpg", (4000, 6000), 1, 1, false, [78.8, 56.6, 59.9]),
    ("canon.jpg", (2048, 1536), 6, 1, false, [114.6, 89.1, 30.3]),
    ("cmyk_sharp.jpg", (500, 333), 1, 1, false, [120.9, 126.4, 115.2]),
    ("earth.gif", (400, 400), 1, 44, true, [21.2, 20.8, 23.0]),
    ("exif6.jpg", (1200, 1800), 6, 1, false, [98.4, 115.7, 134.2]),
    ("flower_420.jpg", (2268, 1512), 1, 1, false, [144.6, 127.1, 138.6]),
    ("flower_444.jpg", (2268, 1512), 1, 1, false, [144.6, 127.1, 138.7]),
    ("flower_prog.jpg", (2268, 1512), 1, 1, false, [144.6, 127.1, 138.6]),
    ("gainmap.jpg", (3840, 2160), 1, 1, false, [99.9, 97.9, 97.4]),
    ("gopher.png", (1634, 2224), 1, 1, true, [145.1, 213.8, 221.6]),
    ("imagor_adobergb.jpg", (1900, 1263), 1, 1, false, [87.0, 91.4, 84.9]),
    ("nyan.gif", (500, 198), 1, 12, true, [170.9, 146.1, 139.0]),
    ("p3_ring.jpg", (1000, 1000), 1, 1, false, [123.6, 129.9, 126.8]),
    ("prod1500.png", (1500, 1000), 1, 1, true, [192.2, 180.3, 192.8]),
    ("scaledown.jpg", (4032, 3024), 1, 1, false, [86.7, 112.5, 138.8]),
    ("sharp2725.jpg", (2725, 2225), 1, 1, false, [101.5, 76.3, 61.5]),
    ("weld_16bit.png", (1024, 684), 1, 1, false, [33.6, 28.1, 23.5]),
];

/// How far a mean may be off: decoders round differently, and colour engines treat the black of
/// inks each in its way.
const OFF_BY: f64 = 1.5;

#[test]
fn photos_decode_to_the_right_size_and_colors() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared/data/photos");
    if !folder.is_dir() {
        println!("skipped: {} does not exist", folder.display());
        return;
    }
    for (name, (width, height), orientation, frames, alpha, means) in PHOTOS {
        let bytes = std::fs::read(folder.join(name)).unwrap();
        let (info, decoded) = decoded(&bytes);
        let is = (info.stored, info.orientation.exif(), info.frames, info.alpha);
        assert_eq!(is, (Size::new(width, height), orientation, frames, alpha), "{name}");
        assert!(!decoded.truncated, "{name}");
        assert_eq!(decoded.frames.len(), frames as usize, "{name}");
        let is = mean(&decoded.frames[0].raster);
        let off = means.iter().zip(is).map(|(want, is)| (want - is).abs()).fold(0.0, f64::max);
        assert!(off <= OFF_BY, "{name}: mean {is:?}, not {means:?}");
    }
}

fn mean(raster: &Raster) -> [f64; 3] {
    let pixels = raster.size.pixels() as f64;
    let on_white = match raster.channels {
        Channels::Rgba => &color::flatten_on_white(&raster.data),
        _ => &raster.data,
    };
    let mut sums = [0_u64; 3];
    for pixel in on_white.chunks_exact(3) {
        for (sum, value) in sums.iter_mut().zip(pixel) {
            *sum += u64::from(*value);
        }
    }
    sums.map(|sum| sum as f64 / pixels)
}
