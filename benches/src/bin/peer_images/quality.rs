//! What the levels of `quality` are worth, and which numbers they ought to be.
//!
//! Nobody else's program takes part: our own decoder reads everything, and the reference is a Lanczos3
//! reduction of every decoded pixel in full precision.

mod report;

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};

use anyhow::Context as _;
use bytes::Bytes;
use clap::Args;
use serde::Serialize;

use crate::judge::{Pixels, Reference};
use crate::process::{Process, Side};
use crate::say;
use crate::sources::{self, Original};
use crate::worker::{Transform, Transformed, answer};
use crate::works::Sources;

/// What to calibrate with.
#[derive(Debug, Args)]
pub(crate) struct QualityArgs {
    /// A folder for results on their way
    #[arg(long)]
    folder: PathBuf,
    /// This program built with the feature `aom`
    #[arg(long)]
    aom: Option<PathBuf>,
    /// Three photos; the report goes to the folder
    #[arg(long)]
    quick: bool,
    /// All figures on standard output, as JSON, in place of the report
    #[arg(long)]
    pub(crate) json: bool,
}

/// A level as a URL names it, and the score that half of the photos are to reach with it.
///
/// What the scores mean is told by the metric's authors (<https://github.com/cloudinary/ssimulacra2>):
/// from 90 a picture is not to be told from the original side by side, 80 is "very high", 70 "high",
/// 50 "medium", 30 "low" quality.
pub(crate) const LEVELS: [(&str, f64); 5] =
    [("high", 85.0), ("medium-high", 75.0), ("medium-low", 65.0), ("low", 50.0), (FLOOR, 30.0)];
/// The least to which `max-bytes` goes; no URL names it.
const FLOOR: &str = "floor";
/// The level that `auto` aims at, and its row.
pub(crate) const AUTO: (&str, usize) = ("auto", 1);

/// Widths of a card, of an article, and of a photo that fills a screen.
pub(crate) const WIDTHS: [usize; 3] = [320, 720, 1280];
/// Qualities to measure; between them the scores are interpolated. At 90 JPEG's color becomes finer.
const NUMBERS: [u8; 11] = [5, 10, 25, 40, 55, 65, 75, 82, 89, 90, 95];
/// The same photo stored in three ways would count three times.
const REPEATED: [&str; 2] = ["flower_420.jpg", "flower_prog.jpg"];

/// An encoder with a scale of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub(crate) enum Encoder {
    Jpeg,
    Webp,
    Rav1e,
    Libaom,
}

impl Encoder {
    pub(crate) const ALL: [Self; 4] = [Self::Jpeg, Self::Webp, Self::Rav1e, Self::Libaom];

    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Jpeg => "JPEG",
            Self::Webp => "WebP",
            Self::Rav1e => "AVIF (rav1e)",
            Self::Libaom => "AVIF (libaom)",
        }
    }

    const fn format(self) -> &'static str {
        match self {
            Self::Jpeg => "jpeg",
            Self::Webp => "webp",
            Self::Rav1e | Self::Libaom => "avif",
        }
    }
}

/// What a picture is measured for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub(crate) enum Set {
    /// The numbers are found on it.
    Calibration,
    /// Nothing is; it shows what `auto` does to pictures that it does not know.
    Check,
}

/// A photo at a width, written by one encoder at one quality.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Sample {
    pub(crate) photo: String,
    pub(crate) set: Set,
    pub(crate) width: usize,
    pub(crate) encoder: Encoder,
    /// As in a URL.
    pub(crate) quality: String,
    pub(crate) score: f64,
    pub(crate) bytes: u64,
    /// CPU time of the whole answer.
    pub(crate) cpu_ms: f64,
}

/// Measures all of it; gives the report and the file it belongs in.
pub(crate) fn calibrate(
    args: &QualityArgs,
    machine: &[String],
) -> anyhow::Result<(Vec<Sample>, String, PathBuf)> {
    std::fs::create_dir_all(&args.folder)?;
    let folder = args.folder.canonicalize()?;
    let mut originals = sources::find(Sources::Photos, &folder, args.quick)?;
    originals.retain(|original| args.quick || !REPEATED.contains(&original.name.as_str()));
    let mut samples = measure_all(&originals, &folder, args.aom.as_deref(), Set::Calibration)?;
    let shots = sources::find(Sources::Shop, &folder, args.quick)?;
    samples.extend(measure_all(&shots, &folder, None, Set::Check)?);
    let text = report::markdown(&samples, machine);
    let path = if args.quick {
        folder.join("quality.md")
    } else {
        Path::new(env!("CARGO_MANIFEST_DIR")).join("results/quality.md")
    };
    Ok((samples, text, path))
}

/// Every photo, as many at once as there are processors: CPU time is of each answer alone.
fn measure_all(
    originals: &[Original],
    folder: &Path,
    aom: Option<&Path>,
    set: Set,
) -> anyhow::Result<Vec<Sample>> {
    let threads = std::thread::available_parallelism().map_or(1, usize::from);
    let queue = AtomicUsize::new(0);
    let work = |thread: usize| -> anyhow::Result<Vec<Sample>> {
        let mut encoders = Encoders {
            ours: Side::Ours(std::env::current_exe()?).start()?,
            aom: aom.map(|program| Side::Ours(program.to_owned()).start()).transpose()?,
            out: folder.join(format!("result-{thread}")),
        };
        let mut samples = Vec::new();
        while let Some(original) = originals.get(queue.fetch_add(1, Ordering::Relaxed)) {
            say(&original.name);
            samples.extend(measure(original, set, &mut encoders)?);
        }
        Ok(samples)
    };
    std::thread::scope(|scope| {
        let work = &work;
        let running: Vec<_> =
            (0..threads).map(|thread| scope.spawn(move || work(thread))).collect();
        let mut samples = Vec::new();
        for thread in running {
            let done = thread.join().map_err(|_| anyhow::anyhow!("a thread panicked"))?;
            samples.extend(done?);
        }
        Ok(samples)
    })
}

/// The builds of ours that answer.
struct Encoders {
    ours: Process,
    aom: Option<Process>,
    out: PathBuf,
}

impl Encoders {
    fn of(&mut self, encoder: Encoder) -> Option<&mut Process> {
        match encoder {
            Encoder::Libaom => self.aom.as_mut(),
            _ => Some(&mut self.ours),
        }
    }

    /// Asks for a picture; `None` where there is no such encoder.
    fn sample(
        &mut self,
        encoder: Encoder,
        transform: &Transform,
    ) -> anyhow::Result<Option<(Transformed, Pixels)>> {
        let Some(process) = self.of(encoder) else { return Ok(None) };
        let made: Transformed = process.ask(transform)?;
        let pixels = decoded(std::fs::read(&self.out)?.into())?;
        Ok(Some((made, pixels)))
    }
}

/// Every width that the photo is larger than, by every encoder, at every quality; to check, only what
/// `auto` makes a difference to.
fn measure(original: &Original, set: Set, encoders: &mut Encoders) -> anyhow::Result<Vec<Sample>> {
    let source = decoded(std::fs::read(&original.path)?.into())
        .with_context(|| original.path.display().to_string())?;
    let numbers = NUMBERS.iter().map(ToString::to_string);
    let named = LEVELS.iter().map(|(level, _)| *level).filter(|level| *level != FLOOR);
    let (measured, qualities): (&[Encoder], Vec<String>) = match set {
        Set::Calibration => {
            (&Encoder::ALL, numbers.chain(named.chain([AUTO.0]).map(str::to_owned)).collect())
        }
        Set::Check => (&[Encoder::Jpeg], [LEVELS[AUTO.1].0, AUTO.0].map(str::to_owned).into()),
    };
    let mut samples = Vec::new();
    for width in WIDTHS.into_iter().filter(|width| *width <= source.width) {
        let mut reference: Option<Reference> = None;
        for &encoder in measured {
            for quality in &qualities {
                let transform = Transform {
                    source: original.path.clone(),
                    url: format!(
                        "/cdn-cgi/image/width={width},quality={quality},format={},metadata=none/x",
                        encoder.format()
                    ),
                    runs: 1,
                    out: Some(encoders.out.clone()),
                };
                let Some((made, pixels)) = encoders.sample(encoder, &transform)? else { continue };
                let reference = match &mut reference {
                    Some(reference) => reference,
                    None => reference.insert(Reference::reduced(&source, &pixels)?),
                };
                samples.push(Sample {
                    photo: original.name.clone(),
                    set,
                    width,
                    encoder,
                    quality: quality.clone(),
                    score: reference.score(&pixels)?,
                    bytes: made.bytes,
                    cpu_ms: made.cpu_ms.iter().sum(),
                });
            }
        }
    }
    Ok(samples)
}

/// Every pixel of a picture, by our own decoder: the request for it at full size, as PNG.
fn decoded(bytes: Bytes) -> anyhow::Result<Pixels> {
    let png = answer("/cdn-cgi/image/format=png,background=white,compression=fast/x", bytes)?;
    let mut reader = png::Decoder::new(std::io::Cursor::new(png)).read_info()?;
    let mut data = vec![0; reader.output_buffer_size().context("it is too large")?];
    let info = reader.next_frame(&mut data)?;
    let (width, height) = (info.width as usize, info.height as usize);
    anyhow::ensure!(data.len() == width * height * 3, "not {width} x {height} RGB");
    Ok(Pixels { width, height, data })
}
