//! `cargo xtask bundle`: the archives for Lambda. `cdn-cli images bundle` makes them of what is built
//! here.

use std::fs;
use std::path::Path;

use xshell::cmd;

use crate::exit::{Exit, say};
use crate::place::Place;
use crate::wasm;

/// Builds the modules and the native host, and packs both with a fleet.
pub(crate) fn run(place: &Place, fleet: &Path) -> anyhow::Result<Exit> {
    let shell = &place.shell;
    let edge = wasm::build(place)?;
    let host = ["--package", "edge-resizer-native", "--features", "lambda"];
    cmd!(shell, "cargo build --release {host...} --bin edge-lambda").run()?;
    let lambda = place.target.join("release/edge-lambda");
    let bundles = place.target.join("bundles");
    fs::create_dir_all(&bundles)?;
    let packages = bundles.join("packages.txt");
    fs::write(&packages, wasm::packages(place, &host)?)?;
    cmd!(shell, "cargo run --package cdn-cli -- images bundle")
        .arg("--fleet")
        .arg(fleet)
        .arg("--edge")
        .arg(&edge)
        .arg("--lambda")
        .arg(&lambda)
        .arg("--packages")
        .arg(&packages)
        .arg("--output")
        .arg(&bundles)
        .run()?;
    say("AArch64: run this on such a machine, such as a Graviton instance");
    Ok(Exit::Done)
}
