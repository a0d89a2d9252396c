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
const GIANT: (u16, u16) = (9643, 10328);
const LARGE: u16 = 4000;

/// What a work works on.
///
/// # Errors
/// Where there is nothing, saying how it is got.
pub(crate) fn find(sources: Sources, folder: &Path, quick: bool) -> anyhow::Result<Vec<Original>> {
    let photos = Path::new(env!("CARGO_MANIFEST_DIR")).join("..").join(PHOTOS);
    let mut found = match sources {
        Sources::Photos => files(&photos, "jpg").context("the photos to measure with")?,
        Sources::CutOuts => cut_outs(&photos, folder)?,
        Sources::LargeCutOuts => large_cut_outs(&cut_outs(&photos, folder)?, folder)?,
        Sources::Shop => packshots()?,
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

/// The example shops' pictures that are as large as originals are.
fn packshots() -> anyhow::Result<Vec<Original>> {
    const SHOPS: [&str; 2] = ["examples/harbor/photos", "examples/shop/photos"];
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let mut all = Vec::new();
    for shop in SHOPS {
        all.extend(files(&root.join(shop), "jpg").context("the example shops' pictures")?);
    }
    Ok(all)
}

/// The rendered cut-out, and that of the photos.
fn cut_outs(photos: &Path, folder: &Path) -> anyhow::Result<Vec<Original>> {
    let mut all = files(&folder.join("packshots"), "png")
        .context("the cut-out, which `cargo xtask peers images` renders first")?;
    all.extend(Original::read(photos.join(CUT_OUT)));
    Ok(all)
}

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

/// A baseline JPEG of the size of a scan or a panorama, made once.
fn giant(photo: &Path, folder: &Path) -> anyhow::Result<Original> {
    let path = folder.join("giant.jpg");
    if !path.is_file() {
        say("making a JPEG of 9643 x 10328, once");
        let pixels = Pixels::read(photo)?.mirrored(GIANT.0.into(), GIANT.1.into());
        let mut file = Vec::new();
        let mut encoder = jpeg_encoder::Encoder::new(&mut file, 88);
        encoder.set_sampling_factor(jpeg_encoder::SamplingFactor::F_2_2);
        encoder.encode(&pixels.data, GIANT.0, GIANT.1, jpeg_encoder::ColorType::Rgb)?;
        std::fs::write(&path, file)?;
    }
    Original::read(path).context("reading the giant")
}

/// Cut-outs of 4000 pixels, made once.
fn large_cut_outs(cut_outs: &[Original], folder: &Path) -> anyhow::Result<Vec<Original>> {
    let mut large = Vec::new();
    for original in cut_outs {
        let path = folder.join(format!("large-{}", original.name));
        if !path.is_file() {
            say(&format!("making {}, once", path.display()));
            let pixels = Pixels::read(&original.path)?.mirrored(LARGE.into(), LARGE.into());
            let mut file = Vec::new();
            let mut encoder = png::Encoder::new(&mut file, LARGE.into(), LARGE.into());
            encoder.set_color(png::ColorType::Rgba);
            encoder.write_header()?.write_image_data(&pixels.data)?;
            std::fs::write(&path, file)?;
        }
        large.extend(Original::read(path));
    }
    Ok(large)
}

/// `width × height`, row-major, RGB or RGBA.
struct Pixels {
    width: usize,
    height: usize,
    channels: usize,
    data: Vec<u8>,
}

impl Pixels {
    /// All pixels of a picture, by our own decoder: the request for it at full size, as PNG.
    fn read(picture: &Path) -> anyhow::Result<Self> {
        let bytes = std::fs::read(picture).with_context(|| picture.display().to_string())?;
        let png = crate::worker::answer("/cdn-cgi/image/format=png/picture", bytes.into())?;
        let mut reader = png::Decoder::new(std::io::Cursor::new(png)).read_info()?;
        let mut data = vec![0; reader.output_buffer_size().context("it is too large")?];
        let info = reader.next_frame(&mut data)?;
        let channels = info.color_type.samples();
        Ok(Self { width: info.width as usize, height: info.height as usize, channels, data })
    }

    /// Side by side with its mirror images, cut to a size: as much detail a pixel as it has.
    fn mirrored(&self, width: usize, height: usize) -> Self {
        let within = |at: usize, side: usize| {
            let at = at % (2 * side);
            if at < side { at } else { 2 * side - 1 - at }
        };
        let mut data = Vec::with_capacity(width * height * self.channels);
        for y in 0..height {
            let row = within(y, self.height) * self.width;
            for x in 0..width {
                let from = (row + within(x, self.width)) * self.channels;
                data.extend_from_slice(&self.data[from..from + self.channels]);
            }
        }
        Self { width, height, channels: self.channels, data }
    }
}
