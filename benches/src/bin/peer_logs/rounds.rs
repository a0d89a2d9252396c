//! One after the other, and again.

use std::fs::{self, File};
use std::process::{Command, Stdio};

use anyhow::Context as _;
use benches::runs::{self, Run, median};
use indicatif::ProgressBar;

use crate::engines::Engine;
use crate::{RunArgs, answers, floor};

/// What was measured.
pub(crate) struct Results {
    /// The runs of each engine, of all rounds; none where it could not be run.
    pub(crate) runs: Vec<(Engine, Vec<Run>)>,
    /// The one run of `GoAccess`.
    pub(crate) goaccess: Option<Run>,
    /// Bytes of the files.
    pub(crate) bytes: u64,
    /// The files.
    pub(crate) files: usize,
}

impl Results {
    /// The runs of an engine.
    pub(crate) fn of(&self, engine: Engine) -> &[Run] {
        self.runs.iter().find(|(its, _)| *its == engine).map_or(&[], |(_, runs)| runs)
    }

    /// The median of the ratios within a round.
    pub(crate) fn ratio(&self, a: Engine, b: Engine, figure: fn(&Run) -> f64) -> f64 {
        let pairs = self.of(a).iter().zip(self.of(b));
        median(pairs.map(|(a, b)| figure(a) / figure(b)).collect())
    }
}

/// Runs all engines, so many rounds, and compares what they say.
pub(crate) fn all(args: &RunArgs) -> anyhow::Result<Results> {
    let files = floor::files_below(&args.folder.join("logs"))?;
    let sizes = files.iter().map(|file| Ok(fs::metadata(file)?.len()));
    let bytes = sizes.sum::<std::io::Result<u64>>()?;
    let is_there = |engine: &Engine| {
        *engine != Engine::OursCompacted || args.folder.join("compacted").is_dir()
    };
    let engines: Vec<Engine> = Engine::ALL.into_iter().filter(is_there).collect();
    let mut runs: Vec<(Engine, Vec<Run>)> = engines.iter().map(|it| (*it, Vec::new())).collect();
    // First, so that a peer that cannot be run does not end what ran for long.
    let goaccess = args.goaccess.is_some().then(|| goaccess(args)).transpose()?;
    let progress = ProgressBar::new((args.rounds * engines.len()) as u64);
    // The round before the first warms the page cache, and is where the answers are compared.
    let mut first: Option<Vec<u8>> = None;
    for engine in &engines {
        let answer = run(*engine, args)?.1;
        if engine.answers_the_league() {
            let first = first.get_or_insert_with(|| answer.clone());
            answers::compare(first, &answer).with_context(|| engine.name())?;
        }
    }
    for round in 0..args.rounds {
        for nth in 0..engines.len() {
            let nth = (nth + round) % engines.len();
            runs[nth].1.push(run(engines[nth], args)?.0);
            progress.inc(1);
        }
    }
    Ok(Results { runs, goaccess, bytes, files: files.len() })
}

fn run(engine: Engine, args: &RunArgs) -> anyhow::Result<(Run, Vec<u8>)> {
    let this = std::env::current_exe()?;
    let mut command = engine.command(args, &this);
    let output = args.folder.join("answer.csv");
    command.stdin(Stdio::null()).stdout(File::create(&output)?).stderr(Stdio::null());
    let run = runs::run(&mut command).with_context(|| format!("{command:?}"))?;
    Ok((run, fs::read(output)?))
}

/// It reads one text: another process inflates, and is left out of the time of processors only
/// where it would be in ours.
fn goaccess(args: &RunArgs) -> anyhow::Result<Run> {
    let program = args.goaccess.as_ref().context("no GoAccess")?;
    // Threads are new in version 1.8.
    let help = Command::new(program).arg("--help").output().context("GoAccess")?.stdout;
    let threads = String::from_utf8_lossy(&help).contains("--jobs").then_some("--jobs=2");
    let script = r#"find "$1" -name '*.gz' -print0 | xargs -0 zcat | "$2" - --log-format=CLOUDFRONT $4 --no-progress --output="$3""#;
    let mut command = Command::new("sh");
    command.args(["-c", script, "sh"]).arg(args.folder.join("logs")).arg(program);
    command.arg(args.folder.join("goaccess.json")).arg(threads.unwrap_or_default());
    command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    runs::run(&mut command).context("GoAccess")
}
