//! `cargo xtask peers logs`: the logs, the peers, and the run.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, ensure};
use xshell::cmd;

use crate::cli::LogsOptions;
use crate::exit::{Exit, say};
use crate::place::{Place, program};

/// Lines of the logs, in so many files.
const LINES: &str = "3000000";
const FEW_LINES: &str = "200000";
const FILES: &str = "60";

/// How often the files are there for the run that shows that memory does not grow.
const TENFOLD: usize = 10;

/// Ours against `DuckDB`, Polars, chDB and, where it is there, `GoAccess`.
pub(crate) fn run(place: &Place, options: LogsOptions) -> anyhow::Result<Exit> {
    let lines = if options.quick { FEW_LINES } else { LINES };
    let folder = place.target.join("peers-logs").join(lines);
    fs::create_dir_all(&folder)?;
    let python = python(place, &place.target.join("peers-logs"))?;
    logs(place, &folder, lines)?;
    let ours = ours(place, &folder)?;
    compacted(place, &ours, &folder)?;
    let report = if options.quick {
        folder.join("logs.md")
    } else {
        place.root.join("benches/results/logs.md")
    };
    let scripts = place.root.join("benches/peers/logs");
    let bench = ["--package", "benches", "--features", "logs", "--bin", "peer-logs"];
    let shell = &place.shell;
    // Python would write what it compiled beside the scripts.
    let _no_cache = shell.push_env("PYTHONDONTWRITEBYTECODE", "1");
    let mut command = cmd!(shell, "cargo run --release {bench...} -- run --ours {ours}")
        .args(["--lines", lines, "--rounds", if options.quick { "3" } else { "7" }])
        .args([Path::new("--folder"), &folder, Path::new("--python"), &python])
        .args([Path::new("--scripts"), &scripts, Path::new("--report"), &report]);
    match program("goaccess") {
        Some(goaccess) => command = command.arg("--goaccess").arg(goaccess),
        None => say("no goaccess here (Debian: goaccess): it is left out"),
    }
    command.run()?;
    say(format_args!("wrote {}", report.display()));
    Ok(Exit::Done)
}

/// A Python of its own with the peers in it.
fn python(place: &Place, folder: &Path) -> anyhow::Result<PathBuf> {
    let venv = folder.join("python");
    let wanted = place.root.join("benches/peers/logs/requirements.txt");
    let (python, note) = (venv.join("bin/python"), venv.join("requirements.txt"));
    if fs::read(&note).ok() == Some(fs::read(&wanted)?) {
        return Ok(python);
    }
    ensure!(program("python3").is_some(), "no python3 here (Debian: python3-venv)");
    let shell = &place.shell;
    cmd!(shell, "python3 -m venv --clear {venv}").run()?;
    cmd!(shell, "{python} -m pip install --quiet --requirement {wanted}").run()?;
    // Last, so that what is half there is not taken for the whole.
    fs::copy(&wanted, &note)?;
    Ok(python)
}

/// Writes the logs, and ten names for each, unless they are there.
fn logs(place: &Place, folder: &Path, lines: &str) -> anyhow::Result<()> {
    let logs = folder.join("logs");
    if !logs.is_dir() {
        let unfinished = folder.join("logs-unfinished");
        // Rows alone: the peers stop at a line that is none.
        let rows = ["--late", "0", "--duplicates", "0", "--broken", "0", "--formats", "legacy-33"];
        let shell = &place.shell;
        cmd!(shell, "cargo run --release --package log-corpus -- --out {unfinished}")
            .args(["--lines", lines, "--files", FILES])
            .args(rows)
            .ignore_stdout()
            .run()?;
        fs::rename(&unfinished, &logs)?;
    }
    let tenfold = folder.join("logs-tenfold");
    if !tenfold.is_dir() {
        let unfinished = folder.join("tenfold-unfinished");
        for nth in 0..TENFOLD {
            link_all(&logs, &unfinished.join(nth.to_string()))?;
        }
        fs::rename(&unfinished, &tenfold)?;
    }
    Ok(())
}

/// Gives every file below a folder a name below another.
fn link_all(from: &Path, to: &Path) -> anyhow::Result<()> {
    fs::create_dir_all(to)?;
    for entry in fs::read_dir(from)? {
        let (path, name) = entry.map(|entry| (entry.path(), entry.file_name()))?;
        if path.is_dir() {
            link_all(&path, &to.join(name))?;
        } else {
            fs::hard_link(&path, to.join(name)).with_context(|| format!("{}", path.display()))?;
        }
    }
    Ok(())
}

/// The program as it is released, laid where the next build does not replace it.
fn ours(place: &Place, folder: &Path) -> anyhow::Result<PathBuf> {
    let features = ["--no-default-features", "--features", "logs"];
    cmd!(place.shell, "cargo build --release --package cdn-cli {features...}").run()?;
    let built = place.target.join("release/cdn-cli");
    let ours = folder.join("cdn-cli");
    fs::copy(built.with_extension(std::env::consts::EXE_EXTENSION), &ours)?;
    Ok(ours)
}

/// Stores the rows as compaction does, anew for each run: the program may have changed.
fn compacted(place: &Place, ours: &Path, folder: &Path) -> anyhow::Result<()> {
    let (from, to) = (folder.join("logs"), folder.join("compacted"));
    if to.exists() {
        fs::remove_dir_all(&to)?;
    }
    cmd!(place.shell, "{ours} logs compact {from} {to}").run()?;
    Ok(())
}
