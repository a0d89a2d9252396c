//! The originals: photos that lie beside the checkout, and pictures that are made here.

use std::path::{Path, PathBuf};

use anyhow::{Context as _, ensure};

use crate::say;
use crate::works::Sources;

/// An original on disk.
#[derive(Clone, Debug)]
pub(crate) struct Original {
    pub(crate) name: String,
    pub(crate) path: PathBuf,
    /// Whether it carries a colour profile, which sharp and we convert by different means.
    pub(crate) profile: bool,
}

/// From the repository's root.
const PHOTOS: &str = "../shared/data/photos";
/// Too small for 720 px, and CMYK.
const UNFIT: &str = "cmyk_sharp.jpg";
/// With fewer the means say little.
const ENOUGH_PHOTOS: usize = 12;
/// Baseline and progressive, with and without a profile.
const QUICK: [&str; 3] = ["flower_prog.jpg", "scaledown.jpg", "sharp2725.jpg"];

/// A product cut-out of the photos, about as large as the rendered ones.
const CUT_OUT: &str = "prod1500.png";
const GIANT: (u32, u32) = (9643, 10328);

/// What a work works on.
///
/// # Errors
/// Where there is nothing, saying how it is got.
pub(crate) fn find(sources: Sources, folder: &Path, quick: bool) -> anyhow::Result<Vec<Original>> {
    let photos = Path::new(env!("CARGO_MANIFEST_DIR")).join("..").join(PHOTOS);
    let mut found = match sources {
        Sources::Photos => files(&photos, "jpg").context("the photos to measure with")?,
        Sources::CutOuts => {
            let mut all = files(&folder.join("packshots-1500"), "png").context(RENDER)?;
            all.extend(Original::read(photos.join(CUT_OUT)));
            all
        }
        Sources::LargeCutOuts => files(&folder.join("packshots-4000"), "png").context(RENDER)?,
        Sources::Giant => vec![giant(&photos.join("sharp2725.jpg"), folder)?],
    };
    found.retain(|original| original.name != UNFIT);
    if sources == Sources::Photos {
        if quick {
            found.retain(|original| QUICK.contains(&original.name.as_str()));
        } else if found.len() < ENOUGH_PHOTOS {
            say(&format!("only {} photos in {PHOTOS}, too few to trust a mean", found.len()));
        }
    }
    ensure!(!found.is_empty(), "no photos in {PHOTOS}");
    Ok(found)
}

const RENDER: &str = "the cut-outs, which `cargo xtask peers images` renders first";

/// The pictures of a folder and of those in it, by name.
fn files(folder: &Path, extension: &str) -> anyhow::Result<Vec<Original>> {
    let mut found = Vec::new();
    let entries = std::fs::read_dir(folder).with_context(|| folder.display().to_string())?;
    for entry in entries {
        let path = entry?.path();
        if path.is_dir() {
            found.extend(files(&path, extension)?);
        } else if path.extension().is_some_and(|own| own == extension) {
            found.extend(Original::read(path));
        }
    }
    found.sort_by(|a, b| a.name.cmp(&b.name));
    Ok(found)
}

impl Original {
    fn read(path: PathBuf) -> Option<Self> {
        let bytes = std::fs::read(&path).ok()?;
        let name = path.file_name()?.to_str()?.to_owned();
        // Both markers stand before the pixels.
        let start = &bytes[..bytes.len().min(200_000)];
        let says = |text: &[u8]| start.windows(text.len()).any(|window| window == text);
        Some(Self { name, path, profile: says(b"ICC_PROFILE\0") || says(b"iCCP") })
    }
}

/// A photo side by side with its mirror images up to the size of a scan or a panorama, as a baseline
/// JPEG, made once.
fn giant(photo: &Path, folder: &Path) -> anyhow::Result<Original> {
    let path = folder.join("giant.jpg");
    if !path.is_file() {
        say("making a JPEG of 9643 x 10328, once");
        let (pixels, width, height) = decoded(photo)?;
        let (to_width, to_height) = (GIANT.0 as usize, GIANT.1 as usize);
        let mirrored = |at: usize, side: usize| {
            let within = at % (2 * side);
            if within < side { within } else { 2 * side - 1 - within }
        };
        let mut data = Vec::with_capacity(to_width * to_height * 3);
        for y in 0..to_height {
            let row = mirrored(y, height) * width;
            for x in 0..to_width {
                let from = (row + mirrored(x, width)) * 3;
                data.extend_from_slice(&pixels[from..from + 3]);
            }
        }
        let mut file = Vec::new();
        let mut encoder = jpeg_encoder::Encoder::new(&mut file, 88);
        encoder.set_sampling_factor(jpeg_encoder::SamplingFactor::F_2_2);
        let (width, height) = (u16::try_from(GIANT.0)?, u16::try_from(GIANT.1)?);
        encoder.encode(&data, width, height, jpeg_encoder::ColorType::Rgb)?;
        std::fs::write(&path, file)?;
    }
    Original::read(path).context("reading the giant")
}

/// All pixels of a photo, by our own decoder: the request for it at full size, as PNG.
fn decoded(photo: &Path) -> anyhow::Result<(Vec<u8>, usize, usize)> {
    let bytes = std::fs::read(photo).with_context(|| photo.display().to_string())?;
    let png = crate::worker::answer("/cdn-cgi/image/format=png/photo.jpg", bytes.into())?;
    let mut reader = png::Decoder::new(std::io::Cursor::new(png)).read_info()?;
    let mut pixels = vec![0; reader.output_buffer_size().context("it is too large")?];
    let info = reader.next_frame(&mut pixels)?;
    ensure!(info.color_type == png::ColorType::Rgb, "{} is not RGB", photo.display());
    Ok((pixels, info.width as usize, info.height as usize))
}
