//! `cargo xtask peers`: what the runs side by side with others need, and the runs.

pub(crate) mod logs;
pub(crate) mod warm;

use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, ensure};
use xshell::cmd;

use crate::cli::{ImagesOptions, QualityOptions, WasmOptions};
use crate::exit::{Exit, say};
use crate::needs::npm_packages;
use crate::place::{Place, program};
use crate::wasm;

/// The cut-out among the packshots, and its size.
const CUT_OUT: &str = "jug";
const CUT_OUT_SIZE: &str = "1500";

/// Ours against sharp.
pub(crate) fn images(place: &Place, options: &ImagesOptions) -> anyhow::Result<Exit> {
    for name in ["node", "npm"] {
        ensure!(program(name).is_some(), "no {name} here (Debian: nodejs and npm)");
    }
    let folder = place.target.join("peers");
    npm_packages(place, "benches/peers", &folder)?;
    fs::copy(place.root.join("benches/peers/sharp.mjs"), folder.join("sharp.mjs"))?;
    cut_out(place, &folder)?;
    let (ours, with_aom) = builds(place, &folder)?;
    let command = cmd!(place.shell, "{ours} run --folder {folder}");
    let mut command = command.args(shared_arguments(with_aom, options.quick, options.json));
    if let Some(only) = &options.only {
        command = command.arg("--only").arg(only);
    }
    command.run()?;
    Ok(Exit::Done)
}

/// The scores of our levels.
pub(crate) fn quality(place: &Place, options: QualityOptions) -> anyhow::Result<Exit> {
    let folder = place.target.join("peers");
    fs::create_dir_all(&folder)?;
    let (ours, with_aom) = builds(place, &folder)?;
    let command = cmd!(place.shell, "{ours} quality --folder {folder}");
    command.args(shared_arguments(with_aom, options.quick, options.json)).run()?;
    Ok(Exit::Done)
}

/// Our WASM module against sharp's, in the same Node.
pub(crate) fn wasm(place: &Place, options: WasmOptions) -> anyhow::Result<Exit> {
    for name in ["node", "npm"] {
        ensure!(program(name).is_some(), "no {name} here (Debian: nodejs and npm)");
    }
    let ours = wasm::build(place)?;
    let sharp = place.target.join("peers-wasm");
    // npm takes sharp for another processor than this machine's only when told so.
    let _cpu = place.shell.push_env("npm_config_cpu", "wasm32");
    npm_packages(place, "benches/peers/wasm", &sharp)?;
    let shell = &place.shell;
    let photos = place.root.join("../shared/data/photos");
    ensure!(photos.is_dir(), "no photos in {}", photos.display());
    let commit = cmd!(shell, "git describe --always --dirty").quiet().read()?;
    let rounds = if options.quick { "2" } else { "5" };
    let script = place.root.join("benches/peers/wasm/run.mjs");
    let report = cmd!(shell, "node {script} --ours {ours} --sharp {sharp} --photos {photos}")
        .args(["--commit", &commit, "--rounds", rounds])
        .read()?;
    let file = if options.quick {
        sharp.join("wasm.md")
    } else {
        place.root.join("benches/results/wasm.md")
    };
    fs::write(&file, report + "\n")?;
    say(format_args!("wrote {}", file.display()));
    Ok(Exit::Done)
}

/// What both runs take.
fn shared_arguments(with_aom: Option<PathBuf>, quick: bool, json: bool) -> Vec<OsString> {
    let aom = with_aom.into_iter().flat_map(|program| ["--aom".into(), program.into_os_string()]);
    let quick = quick.then(|| "--quick".into());
    let json = json.then(|| "--json".into());
    aom.chain(quick).chain(json).collect()
}

/// Ours by default, and with libaom where that can be built.
fn builds(place: &Place, folder: &Path) -> anyhow::Result<(PathBuf, Option<PathBuf>)> {
    let ours = build(place, folder, &[], "peer-images")?;
    let with_aom = match missing_for_aom() {
        None => Some(build(place, folder, &["--features", "aom"], "peer-images-aom")?),
        Some(missing) => {
            say(format_args!("no {missing} here (Debian: {missing}): libaom is left out"));
            None
        }
    };
    Ok((ours, with_aom))
}

/// What the feature `aom` takes beyond Rust and a C compiler, and is not there.
pub(crate) fn missing_for_aom() -> Option<&'static str> {
    let is_missing = |name: &&str| program(name).is_none();
    // On other machines libaom has no assembler of this kind.
    let needs: &[&'static str] =
        if cfg!(target_arch = "x86_64") { &["cmake", "nasm"] } else { &["cmake"] };
    needs.iter().copied().find(is_missing)
}

/// Renders the cut-out, unless it is there.
fn cut_out(place: &Place, folder: &Path) -> anyhow::Result<()> {
    let shots = folder.join("packshots");
    if shots.is_dir() {
        return Ok(());
    }
    let shell = &place.shell;
    // With the benches' features, so that what they share is built once.
    let packages = ["--package", "edge-resizer", "--package", "benches"];
    cmd!(shell, "cargo build --release {packages...} --example packshots").run()?;
    let packshots = place.target.join("release/examples/packshots");
    // Renamed when done: a folder half full would be taken for a full one.
    let unfinished = folder.join("packshots-unfinished");
    let arguments = ["--seed", "7", "--size", CUT_OUT_SIZE, "--only", CUT_OUT];
    cmd!(shell, "{packshots} {unfinished} {arguments...}").run()?;
    fs::rename(&unfinished, &shots)?;
    Ok(())
}

/// Builds our side and lays it where the next build does not replace it.
fn build(place: &Place, folder: &Path, features: &[&str], name: &str) -> anyhow::Result<PathBuf> {
    let shell = &place.shell;
    cmd!(shell, "cargo build --release --package benches --bin peer-images {features...}").run()?;
    let built = place.target.join("release").join("peer-images");
    let program = folder.join(name);
    // Removed first: the old one may be running.
    if program.exists() {
        fs::remove_file(&program)?;
    }
    fs::copy(built.with_extension(std::env::consts::EXE_EXTENSION), &program)
        .context("laying the program beside sharp")?;
    Ok(program)
}
