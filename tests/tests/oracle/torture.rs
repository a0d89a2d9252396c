//! Files of kinds that photographers do not send but that shops have: made here, by an encoder that is
//! not ours or by libvips, from one picture.

use std::fs;
use std::path::Path;

use jpeg_encoder::{ColorType, Encoder, SamplingFactor};
use tests::fixture::{gif, scene};
use tests::photo::Photo;
use tests::picture::Picture;
use tests::vips;

/// How a JPEG is written.
type Settings = fn(&mut Encoder<&mut Vec<u8>>);

const JPEGS: [(&str, Settings); 11] = [
    ("444.jpg", |e| e.set_sampling_factor(SamplingFactor::F_1_1)),
    ("422.jpg", |e| e.set_sampling_factor(SamplingFactor::F_2_1)),
    ("440.jpg", |e| e.set_sampling_factor(SamplingFactor::F_1_2)),
    ("420.jpg", |e| e.set_sampling_factor(SamplingFactor::F_2_2)),
    ("411.jpg", |e| e.set_sampling_factor(SamplingFactor::F_4_1)),
    ("410.jpg", |e| e.set_sampling_factor(SamplingFactor::F_4_2)),
    ("restarts.jpg", |e| e.set_restart_interval(3)),
    ("own-tables.jpg", |e| e.set_optimized_huffman_tables(true)),
    ("progressive.jpg", |e| e.set_progressive(true)),
    ("progressive-restarts.jpg", |e| {
        e.set_progressive(true);
        e.set_restart_interval(5);
    }),
    ("progressive-444.jpg", |e| {
        e.set_progressive(true);
        e.set_sampling_factor(SamplingFactor::F_1_1);
    }),
];

/// What libvips makes: an operation, its arguments after input and output, and the file.
const BY_VIPS: [(&str, &str, &[&str]); 16] = [
    ("grey.jpg", "colourspace", &["b-w"]),
    ("cmyk.jpg", "icc_transform", &["cmyk"]),
    ("interlaced.png", "pngsave", &["--interlace"]),
    ("palette.png", "pngsave", &["--palette"]),
    ("16-bit.png", "colourspace", &["rgb16"]),
    ("grey.png", "colourspace", &["b-w"]),
    ("grey-16-bit.png", "colourspace", &["grey16"]),
    ("alpha.png", "bandjoin_const", &["128"]),
    ("lossy.webp", "webpsave", &["--Q", "90"]),
    ("lossless.webp", "webpsave", &["--lossless"]),
    ("8-bit.avif", "heifsave", &["--compression", "av1", "--bitdepth", "8", "--Q", "80"]),
    ("12-bit.avif", "heifsave", &["--compression", "av1", "--bitdepth", "12", "--Q", "80"]),
    ("lzw.tif", "tiffsave", &["--compression", "lzw", "--predictor", "horizontal"]),
    ("deflate.tif", "tiffsave", &["--compression", "deflate"]),
    ("tiles.tif", "tiffsave", &["--tile"]),
    ("16-bit.tif", "colourspace", &["rgb16"]),
];

/// Writes all of them into a folder.
pub(crate) fn files(folder: &Path) -> Vec<Photo> {
    let scene = scene(900, 700);
    let input = folder.join("scene.png");
    fs::write(&input, scene.to_png()).expect("the target folder takes files");
    let mut files: Vec<_> = JPEGS
        .iter()
        .map(|(name, settings)| photo(folder, name, &encoded(&scene, *settings)))
        .collect();
    for (name, operation, arguments) in BY_VIPS {
        vips::operate(operation, &input, &folder.join(name), arguments).expect("vips does it");
        files.push(read(folder, name));
    }
    files.push(photo(folder, "ycck.jpg", &ycck(&folder.join("cmyk.jpg"), &scene)));
    files.push(photo(folder, "moving.gif", &gif(&[scene.clone(), scene.top(700)])));
    vips::operate("webpsave", &folder.join("moving.gif[n=-1]"), &folder.join("moving.webp"), &[])
        .expect("vips does it");
    files.push(read(folder, "moving.webp"));
    files.push(large(folder, "4000.png", "4.4"));
    files.push(large(folder, "9643x10328.jpg", "10.71"));
    files
}

fn encoded(picture: &Picture, settings: Settings) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut encoder = Encoder::new(&mut bytes, 92);
    settings(&mut encoder);
    encoder.encode(&picture.to_rgb(), 900, 700, ColorType::Rgb).expect("the scene can be encoded");
    bytes
}

/// Four inks as `YCCK`, with Adobe's marker and the profile of another file.
fn ycck(profiled: &Path, picture: &Picture) -> Vec<u8> {
    let profile = vips::profile(profiled).expect("libvips embeds the profile");
    let inks: Vec<u8> = picture
        .pixels()
        .flat_map(|[r, g, b, _]| {
            let black = 255 - r.max(g).max(b);
            [255 - r - black, 255 - g - black, 255 - b - black, black]
        })
        .collect();
    let mut bytes = Vec::new();
    let mut encoder = Encoder::new(&mut bytes, 92);
    encoder.add_icc_profile(&profile).expect("the profile fits");
    encoder.encode(&inks, 900, 700, ColorType::CmykAsYcck).expect("the scene can be encoded");
    bytes
}

/// The scene enlarged by a factor: more than anybody's camera.
fn large(folder: &Path, name: &str, factor: &str) -> Photo {
    let input = folder.join("scene.png");
    let vertical = ["--vscale", if name.starts_with("9643") { "14.754" } else { factor }];
    let arguments = [&[factor][..], &vertical].concat();
    vips::operate("resize", &input, &folder.join(name), &arguments).expect("vips does it");
    read(folder, name)
}

fn photo(folder: &Path, name: &str, bytes: &[u8]) -> Photo {
    fs::write(folder.join(name), bytes).expect("the target folder takes files");
    read(folder, name)
}

fn read(folder: &Path, name: &str) -> Photo {
    let path = folder.join(name);
    let bytes = fs::read(&path).expect("it was just written").into();
    Photo { name: name.to_owned(), path, bytes }
}
