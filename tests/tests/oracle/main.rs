//! Every photo in every format at three widths, compared with what libvips makes of it.
//!
//! Both work alike: upright first, embedded profile to sRGB, Lanczos on premultiplied pixels. They
//! share no code, so what they agree on is right: the size to the pixel, the orientation (structural
//! similarity of a turned or mirrored picture is far below every bound here), the colors (a wrong
//! profile or gamma is a bias, of which compression makes next to none). The output is decoded by
//! libvips too, so that it is a valid file for somebody else.
//!
//! `target/oracle/index.html` shows all of it, with the differences eight times as strong.

#![expect(clippy::expect_used, reason = "a suite ends where its own set-up fails")]

mod page;
mod profiles;
mod torture;

use std::fmt;
use std::path::PathBuf;

use edge_resizer::Policy;
use tests::compare::{self, Distance};
use tests::exchange::{header, render_under};
use tests::photo::{self, Photo};
use tests::picture::Picture;
use tests::{parallel, tool, vips};

const WIDTHS: [u32; 3] = [320, 720, 1600];

/// How far a picture may be from the reference.
#[derive(Clone, Copy, Debug)]
struct Tolerance {
    /// At most this, see [`Distance::mean`].
    mean: f64,
    /// At most this, see [`Distance::bias`].
    bias: f64,
    /// At least this, see [`Distance::psnr`].
    psnr: f64,
    /// At least this, see [`Distance::ssim`].
    ssim: f64,
}

/// A format, what it is called, and what it may cost at the default quality on any photo.
struct Output {
    format: &'static str,
    media_type: &'static str,
    has_alpha: bool,
    tolerance: Tolerance,
}

/// PNG loses nothing, so its bounds are those of the resize itself: libvips shrinks JPEG sources
/// while it decodes them and has a Lanczos kernel of its own in fixed point. The others add the loss
/// of their encoder at the default quality; the noisiest photo sets the bound.
const OUTPUTS: [Output; 4] = [
    Output {
        format: "png",
        media_type: "image/png",
        has_alpha: true,
        tolerance: Tolerance { mean: 2.0, bias: 0.6, psnr: 36.0, ssim: 0.97 },
    },
    Output {
        format: "jpeg",
        media_type: "image/jpeg",
        has_alpha: false,
        tolerance: Tolerance { mean: 7.5, bias: 1.0, psnr: 29.0, ssim: 0.89 },
    },
    Output {
        format: "webp",
        media_type: "image/webp",
        has_alpha: true,
        tolerance: Tolerance { mean: 7.5, bias: 1.0, psnr: 29.0, ssim: 0.88 },
    },
    Output {
        format: "avif",
        media_type: "image/avif",
        has_alpha: true,
        tolerance: Tolerance { mean: 7.5, bias: 1.0, psnr: 29.0, ssim: 0.88 },
    },
];

/// The photo with the most saturated edges, whose color JPEG's half as many samples cannot hold; and
/// the bias that it may have as JPEG.
const SATURATED: (&str, f64) = ("weld_16bit.png", 1.25);

/// One photo at one width in one format, beside its reference.
struct Comparison {
    photo: String,
    width: u32,
    format: &'static str,
    bytes: usize,
    ours: Picture,
    reference: Picture,
    distance: Distance,
    /// Mean difference of alpha.
    alpha: f64,
}

impl Comparison {
    fn wrong(&self, tolerance: Tolerance) -> bool {
        let Distance { mean, bias, psnr, ssim } = self.distance;
        let is_saturated = self.format == "jpeg" && self.photo == SATURATED.0;
        // Not a number is wrong too.
        !(mean <= tolerance.mean
            && bias <= if is_saturated { SATURATED.1 } else { tolerance.bias }
            && psnr >= tolerance.psnr
            && ssim >= tolerance.ssim
            && self.alpha <= 2.0)
    }
}

impl fmt::Display for Comparison {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Distance { mean, bias, psnr, ssim } = self.distance;
        let Self { photo, width, format, bytes, alpha, .. } = self;
        write!(
            f,
            "{photo:<20} {width:>4} {format:<4} {bytes:>8} bytes  mean {mean:.2}  \
             bias {bias:.2}  psnr {psnr:.1}  ssim {ssim:.4}  alpha {alpha:.2}"
        )
    }
}

#[test]
fn every_photo_agrees_with_libvips() {
    compare_with_libvips(&photo::all(), &WIDTHS, tool::empty_folder("oracle"));
}

#[test]
fn every_kind_of_file_agrees_with_libvips() {
    let files = torture::files(&tool::empty_folder("torture-files"));
    compare_with_libvips(&files, &[320], tool::empty_folder("torture"));
}

/// Where both mix light, they agree as closely as where both mix values; and a picture of which only the
/// one does is further away.
#[test]
fn linear_light_agrees_with_libvips() {
    const WIDTH: u32 = 320;
    let lossless = &OUTPUTS[0];
    let compare_both = |photo: Photo| -> Result<(Comparison, Comparison), String> {
        let (width, height) = expected_size(&photo, WIDTH)?;
        let reference = vips::linear_thumbnail(&photo.path, width, height)
            .map_err(|error| format!("{error:#}"))?;
        let compared = |options| compare(&photo, WIDTH, options, lossless, &reference);
        Ok((compared(",linear=true")?, compared("")?))
    };
    let differences = parallel::map(photo::all(), compare_both);
    let mut problems = Vec::new();
    for difference in differences {
        match difference {
            Ok((linear, coded)) => {
                println!("{linear}, without linear psnr {:.1}", coded.distance.psnr);
                if linear.wrong(lossless.tolerance) || linear.distance.psnr < coded.distance.psnr {
                    problems.push(linear.to_string());
                }
            }
            Err(error) => problems.push(error),
        }
    }
    assert!(problems.is_empty(), "{}", problems.join("\n"));
}

#[expect(clippy::print_stdout, reason = "whoever reads the output of a test wants the numbers")]
fn compare_with_libvips(photos: &[Photo], widths: &[u32], folder: PathBuf) {
    let page = page::Page::new(folder);
    let work: Vec<_> =
        photos.iter().flat_map(|photo| widths.iter().map(move |width| (photo, *width))).collect();
    let count = work.len() * OUTPUTS.len();
    let rows =
        parallel::map(work, |(photo, width)| page.add(photo, width, &compare_all(photo, width)));
    let index = page.finish(&rows);
    for line in rows.iter().flat_map(|row| &row.report) {
        println!("{line}");
    }
    println!("{count} pictures compared, see {}", index.display());
    let problems: Vec<_> = rows.into_iter().flat_map(|row| row.problems).collect();
    assert!(problems.is_empty(), "{} of {count}:\n{}", problems.len(), problems.join("\n"));
}

/// A photo at a width in every format: a comparison, or what went wrong before there was one.
fn compare_all(photo: &Photo, width: u32) -> Vec<Result<Comparison, String>> {
    let size = expected_size(photo, width);
    let reference = size.and_then(|(width, height)| {
        vips::thumbnail(&photo.path, width, height).map_err(|error| format!("{error:#}"))
    });
    OUTPUTS
        .iter()
        .map(|output| {
            reference
                .as_ref()
                .map_err(Clone::clone)
                .and_then(|reference| compare(photo, width, "", output, reference))
                .map_err(|error| format!("{} {width} {}: {error}", photo.name, output.format))
        })
        .collect()
}

/// The size that `fit=scale-down` has to give, from what libvips says of the source.
fn expected_size(photo: &Photo, width: u32) -> Result<(u32, u32), String> {
    let (source_width, source_height) =
        vips::upright_size(&photo.path).map_err(|error| format!("{error:#}"))?;
    if source_width <= width {
        return Ok((source_width, source_height));
    }
    // Rounded to the nearest, a half up.
    let height = (2 * source_height * width + source_width) / (2 * source_width);
    Ok((width, height))
}

/// `options` are more than the width and the format, with a comma in front.
fn compare(
    photo: &Photo,
    width: u32,
    options: &str,
    output: &Output,
    reference: &Picture,
) -> Result<Comparison, String> {
    let format = output.format;
    let url = format!("/cdn-cgi/image/width={width},format={format}{options}/{}", photo.name);
    let response = render_under(&Policy::default(), &url, None, &photo.bytes);
    if response.status != 200 || header(&response, "content-type") != Some(output.media_type) {
        let body = String::from_utf8_lossy(&response.body[..response.body.len().min(80)]);
        return Err(format!("{} {:?} {body}", response.status, response.headers));
    }
    if let Some(reason) = header(&response, "x-resizer-fallback") {
        return Err(format!("fell back: {reason}"));
    }
    let ours = vips::decode(&response.body).map_err(|error| format!("{error:#}"))?;
    if (ours.width, ours.height) != (reference.width, reference.height) {
        let (w, h) = (reference.width, reference.height);
        return Err(format!("{} x {} instead of {w} x {h}", ours.width, ours.height));
    }
    Ok(measure(photo, width, output, response.body.len(), &ours, reference))
}

/// Compares on white and on black, so that neither hides what transparency does; the worse counts.
fn measure(
    photo: &Photo,
    width: u32,
    output: &Output,
    bytes: usize,
    ours: &Picture,
    reference: &Picture,
) -> Comparison {
    const WHITE: [u8; 3] = [255; 3];
    const BLACK: [u8; 3] = [0; 3];
    let on = |ground| compare::distance(&ours.over(ground), &reference.over(ground));
    let (distance, alpha) = if output.has_alpha {
        let (white, black) = (on(WHITE), on(BLACK));
        let worse = Distance {
            mean: white.mean.max(black.mean),
            bias: white.bias.max(black.bias),
            psnr: white.psnr.min(black.psnr),
            ssim: white.ssim.min(black.ssim),
        };
        (worse, compare::alpha_distance(ours, reference))
    } else {
        // JPEG is laid on white.
        (compare::distance(ours, &reference.over(WHITE)), 0.0)
    };
    Comparison {
        photo: photo.name.clone(),
        width,
        format: output.format,
        bytes,
        ours: ours.over(WHITE),
        reference: reference.over(WHITE),
        distance,
        alpha,
    }
}
