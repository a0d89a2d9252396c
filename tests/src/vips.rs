//! libvips, the second implementation: it shares no code with ours.

use std::fs;
use std::path::Path;
use std::process::Command;

use anyhow::{Context, ensure};

use crate::picture::Picture;

/// The photo as libvips makes it: upright, converted to sRGB, resized to exactly this size.
///
/// # Errors
/// Where `vips` is missing or cannot read the file.
pub fn thumbnail(photo: &Path, width: u32, height: u32) -> anyhow::Result<Picture> {
    let folder = tempfile::tempdir()?;
    let output = folder.path().join("reference.png");
    resize(photo, &output, width, height)?;
    Picture::from_png(&fs::read(output)?)
}

/// As [`thumbnail`], resized in linear light.
///
/// libvips is given sRGB without a profile: of a profile, its own for sRGB too, `--linear` makes a
/// picture that is darker than the light of its pixels (8.14).
///
/// # Errors
/// Where `vips` is missing or cannot read the file.
pub fn linear_thumbnail(photo: &Path, width: u32, height: u32) -> anyhow::Result<Picture> {
    let folder = tempfile::tempdir()?;
    let (plain, output) = (folder.path().join("plain.png"), folder.path().join("reference.png"));
    let mut plain_as_it_is = plain.clone().into_os_string();
    plain_as_it_is.push("[strip,compression=0]");
    let (full_width, full_height) = upright_size(photo)?;
    resize(photo, Path::new(&plain_as_it_is), full_width, full_height)?;
    run(Command::new("vips")
        .arg("thumbnail")
        .args([&plain, &output])
        .arg(width.to_string())
        .args(["--height", &height.to_string(), "--size", "force", "--linear"]))?;
    Picture::from_png(&fs::read(output)?)
}

/// Upright, converted to sRGB, resized.
fn resize(photo: &Path, output: &Path, width: u32, height: u32) -> anyhow::Result<()> {
    let folder = tempfile::tempdir()?;
    let converted = folder.path().join("converted.v");
    let space = header_field(photo, "interpretation")?.unwrap_or_default().to_lowercase();
    // `thumbnail` takes every CMYK file for its own idea of CMYK, whatever profile is embedded.
    let cmyk = space.contains("cmyk");
    if cmyk {
        let arguments = ["srgb", "--embedded", "--intent", "perceptual"];
        operate("icc_transform", photo, &converted, &arguments)?;
    }
    // Grey without a profile is the lightness of sRGB for libvips too, unless it is told so.
    let grey = space.contains("b-w") || space.contains("b_w") || space.contains("grey");
    let profiles: &[&str] =
        if grey { &[] } else { &["--import-profile", "srgb", "--export-profile", "srgb"] };
    run(Command::new("vips")
        .arg("thumbnail")
        .arg(if cmyk { &converted } else { photo })
        .arg(output)
        .arg(width.to_string())
        .args(["--height", &height.to_string(), "--size", "force"])
        .args(profiles))
}

/// Width and height of a photo as it is seen, upright.
///
/// # Errors
/// Where `vipsheader` is missing or cannot read the file.
pub fn upright_size(photo: &Path) -> anyhow::Result<(u32, u32)> {
    let field = |name: &str| -> anyhow::Result<Option<u32>> {
        Ok(header_field(photo, name)?.and_then(|value| value.parse().ok()))
    };
    let width = field("width")?.context("vipsheader gives no width")?;
    let height = field("height")?.context("vipsheader gives no height")?;
    // EXIF orientations from 5 on exchange width and height; most files have none.
    match field("orientation")? {
        Some(5..=8) => Ok((height, width)),
        _ => Ok((width, height)),
    }
}

/// A file decoded as a browser shows it: the first frame of an animation, turned where the file's
/// metadata say so.
///
/// # Errors
/// Where `vips` is missing, or cannot read the file or finds anything wrong with it.
pub fn decode(bytes: &[u8]) -> anyhow::Result<Picture> {
    Picture::from_png(&run_on(bytes, "autorot", "png")?)
}

/// A file in the format of this extension.
///
/// # Errors
/// As [`decode`].
pub fn convert(bytes: &[u8], extension: &str) -> anyhow::Result<Vec<u8>> {
    run_on(bytes, "copy", extension)
}

/// Does an operation of libvips: `vips <operation> input output <arguments>`.
///
/// # Errors
/// Where `vips` is missing or refuses.
pub fn operate(
    operation: &str,
    input: &Path,
    output: &Path,
    arguments: &[&str],
) -> anyhow::Result<()> {
    run(Command::new("vips").arg(operation).arg(input).arg(output).args(arguments))
}

/// The largest difference in color between two sRGB files, as CIEDE2000.
///
/// # Errors
/// Where `vips` is missing or they differ in size.
pub fn largest_difference(a: &Path, b: &Path) -> anyhow::Result<f64> {
    let folder = tempfile::tempdir()?;
    let lab = |input: &Path, name: &str| {
        let output = folder.path().join(name);
        // Whatever profile came along is not to be applied again.
        operate("colourspace", input, &output, &["lab", "--source-space", "srgb"]).map(|()| output)
    };
    let (a, b, difference) = (lab(a, "a.v")?, lab(b, "b.v")?, folder.path().join("difference.v"));
    run(Command::new("vips").arg("dE00").args([&a, &b, &difference]))?;
    let output = Command::new("vips").arg("max").arg(&difference).output()?;
    let text = String::from_utf8_lossy(&output.stdout);
    text.trim().parse().with_context(|| format!("vips max says {text:?}"))
}

/// The ICC profile in a file.
///
/// # Errors
/// Where it has none.
pub fn profile(file: &Path) -> anyhow::Result<Vec<u8>> {
    use base64::Engine as _;
    let text = header_field(file, "icc-profile-data")?.context("the file has no profile")?;
    Ok(base64::engine::general_purpose::STANDARD.decode(text)?)
}

/// `None` where the file has no such field.
fn header_field(photo: &Path, name: &str) -> anyhow::Result<Option<String>> {
    let output = Command::new("vipsheader")
        .args(["-f", name])
        .arg(photo)
        .output()
        .context("running vipsheader; `cargo xtask test --install` gets it")?;
    let value = String::from_utf8_lossy(&output.stdout).trim().to_owned();
    Ok((output.status.success() && !value.is_empty()).then_some(value))
}

fn run_on(bytes: &[u8], operation: &str, extension: &str) -> anyhow::Result<Vec<u8>> {
    let folder = tempfile::tempdir()?;
    let input = folder.path().join("input");
    let output = folder.path().join(format!("output.{extension}"));
    // The loader goes by content, so the file needs no extension.
    fs::write(&input, bytes)?;
    // Without metadata, which could hold an orientation that has been applied.
    let bare = format!("{}[strip]", output.display());
    run(Command::new("vips").arg(operation).arg(&input).arg(bare))?;
    Ok(fs::read(output)?)
}

fn run(command: &mut Command) -> anyhow::Result<()> {
    // The suites run on every processor already.
    let output = command
        .env("VIPS_CONCURRENCY", "1")
        .output()
        .context("running vips; `cargo xtask test --install` gets it")?;
    ensure!(
        output.status.success(),
        "vips says: {}",
        String::from_utf8_lossy(&output.stderr).trim()
    );
    Ok(())
}
