//! What is run, and what it took.

use std::fs::{self, File};
use std::path::Path;
use std::process::{Command, Stdio};

use anyhow::Context as _;
use benches::runs::{self, Run, median};
use benches::{fleet_file, with_another_header};
use cdn_cli::Rehearsal;
use fleet::Fleet;

/// A command, and what it may take at most.
struct Work {
    name: &'static str,
    arguments: &'static [&'static str],
    seconds: f64,
}

/// The file of the fleet as it is deployed, and of the fleet with a header more on every site.
const FLEET: &str = "fleet.toml";
const CHANGED: &str = "changed.toml";

const WORKS: [Work; 4] = [
    Work { name: "fleet validate", arguments: &["fleet", "validate"], seconds: 1.0 },
    Work { name: "render", arguments: &["render", "-o", "templates"], seconds: 1.0 },
    Work { name: "plan --offline, nothing to do", arguments: &["plan", "--offline"], seconds: 2.0 },
    Work {
        name: "plan --offline, a header of every site",
        arguments: &["plan", "--offline", "--fleet", CHANGED],
        seconds: 2.0,
    },
];

/// Megabytes that each may take at most.
const MEGABYTES: f64 = 200.0;

/// The figures of a command: medians of its runs.
pub(crate) struct Figures {
    /// What was run.
    pub(crate) name: &'static str,
    /// Seconds of processors, all threads together.
    pub(crate) cpu: f64,
    /// Seconds on the clock.
    pub(crate) wall: f64,
    /// Megabytes of memory at the peak.
    pub(crate) peak: f64,
    /// Seconds of processors that it may take at most.
    pub(crate) target: f64,
}

impl Figures {
    /// Whether it takes no more than it may.
    pub(crate) fn is_met(&self) -> bool {
        self.cpu <= self.target && self.peak <= MEGABYTES
    }
}

/// All figures, and what they are of.
pub(crate) struct Results {
    /// Sites of the fleet.
    pub(crate) sites: usize,
    /// Bytes of the fleet file.
    pub(crate) file: usize,
    /// Bytes of the state with which `plan` compares.
    pub(crate) state: u64,
    /// One for each command.
    pub(crate) figures: Vec<Figures>,
}

/// Runs each command so many times, in turn.
pub(crate) fn all(program: &Path, sites: usize, rounds: usize) -> anyhow::Result<Results> {
    let folder = tempfile::tempdir()?;
    let text = fleet_file(sites);
    fs::write(folder.path().join(FLEET), &text)?;
    fs::write(folder.path().join(CHANGED), with_another_header(&text))?;
    let fleet = Fleet::parse(&text, folder.path(), FLEET)?;
    Rehearsal::of(&fleet)?.keep(&folder.path().join(".cdn-cli"))?;
    let state = fs::metadata(folder.path().join(".cdn-cli/deployed.json"))?.len();
    let program = program.canonicalize().with_context(|| format!("{}", program.display()))?;
    let mut runs: [Vec<Run>; WORKS.len()] = Default::default();
    for _ in 0..rounds {
        for (work, runs) in WORKS.iter().zip(&mut runs) {
            runs.push(run(&program, work, folder.path()).context(work.name)?);
        }
    }
    let figures = WORKS.iter().zip(&runs).map(|(work, runs)| figures(work, runs)).collect();
    Ok(Results { sites, file: text.len(), state, figures })
}

fn run(program: &Path, work: &Work, folder: &Path) -> anyhow::Result<Run> {
    let output = File::create(folder.join("output"))?;
    let mut command = Command::new(program);
    command.args(work.arguments).current_dir(folder);
    command.stdin(Stdio::null()).stdout(output).stderr(Stdio::null());
    runs::run(&mut command)
}

fn figures(work: &Work, runs: &[Run]) -> Figures {
    let of = |figure: fn(&Run) -> f64| median(runs.iter().map(figure).collect());
    Figures {
        name: work.name,
        cpu: of(|run| run.cpu.as_secs_f64()),
        wall: of(|run| run.wall.as_secs_f64()),
        peak: of(|run| run.peak as f64 / 1e6),
        target: work.seconds,
    }
}
