//! What a quality is worth: bytes, score and time over all photos, for tables of qualities.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use clap::Args;

use crate::judge::Judge;
use crate::process::Side;
use crate::sources;
use crate::worker::{Transform, Transformed};
use crate::works::Sources;

/// What to ask ours for.
#[derive(Debug, Args)]
pub(crate) struct ScoresArgs {
    /// The folder with `sharp.mjs` and its `node_modules`: sharp decodes
    #[arg(long)]
    folder: PathBuf,
    /// Another build of this program to answer
    #[arg(long)]
    ours: Option<PathBuf>,
    /// The output's format
    #[arg(long)]
    format: String,
    /// The output's width
    #[arg(long, default_value_t = 720)]
    width: u32,
    /// More options for our URL, with a comma in front
    #[arg(long, default_value = "")]
    options: String,
    /// Qualities, with commas between them
    #[arg(long, value_delimiter = ',')]
    qualities: Vec<u8>,
    /// Three photos
    #[arg(long)]
    quick: bool,
}

/// A table with a line per quality: geometric means of bytes and time, mean and standard deviation of
/// the scores.
pub(crate) fn table(args: &ScoresArgs) -> anyhow::Result<String> {
    // The workers stand elsewhere.
    let folder = args.folder.canonicalize()?;
    let originals = sources::find(Sources::Photos, &folder, args.quick)?;
    let ours = Side::Ours(args.ours.clone().map_or_else(std::env::current_exe, Ok)?);
    let mut ours = ours.start()?;
    let mut decoder = Side::Sharp(folder.clone()).start()?;
    let out = folder.join("result");
    let mut sums = vec![Sums::default(); args.qualities.len()];
    for original in &originals {
        let mut judge = Judge::new(&mut decoder, folder.join("pixels"), &original.path)?;
        for (quality, sums) in args.qualities.iter().zip(&mut sums) {
            let made: Transformed = ours.ask(args.ask(&original.path, *quality, &out))?;
            let score = judge.score(&out)?;
            sums.bytes += (made.bytes as f64).ln();
            sums.time += made.cpu_ms.iter().sum::<f64>().ln();
            sums.score += score;
            sums.squares += score * score;
        }
    }
    let count = originals.len() as f64;
    let mut text =
        String::from("| quality | bytes | score | deviation | ms |\n|---|---|---|---|---|\n");
    for (quality, sums) in args.qualities.iter().zip(sums) {
        let mean = sums.score / count;
        let deviation = (sums.squares / count - mean * mean).max(0.0).sqrt();
        let (bytes, time) = ((sums.bytes / count).exp(), (sums.time / count).exp());
        writeln!(text, "| {quality} | {bytes:.0} | {mean:.2} | {deviation:.2} | {time:.0} |")?;
    }
    Ok(text)
}

#[derive(Clone, Debug, Default)]
struct Sums {
    bytes: f64,
    time: f64,
    score: f64,
    squares: f64,
}

impl ScoresArgs {
    fn ask(&self, source: &Path, quality: u8, out: &Path) -> Transform {
        let Self { width, format, options, .. } = self;
        let url = format!(
            "/cdn-cgi/image/width={width},quality={quality},format={format},metadata=none{options}/x"
        );
        Transform { source: source.to_owned(), url, runs: 1, out: Some(out.to_owned()) }
    }
}
