//! `cargo xtask bundle`: the archives for Lambda. `cdn-cli images bundle` makes them of what is built
//! here.
//!
//! ```text
//! lambda-edge.zip           the modules of `cargo xtask wasm`
//! image-lambda-<here>.zip   the native host, for the machine that this runs on
//! warm-lambda-<here>.zip    the cache warmer, for the same
//! …-lambda-aarch64.zip      both for Graviton, where target and cross compiler are there
//! ```

use std::env::consts::EXE_SUFFIX;
use std::fs;
use std::path::{Path, PathBuf};

use xshell::{Shell, cmd};

use crate::exit::{Exit, say};
use crate::licenses;
use crate::place::{Place, program};
use crate::wasm;

/// What is cheaper to run the function on.
const AARCH64: &str = "aarch64-unknown-linux-gnu";
/// Debian's compiler for it: what compiles the C in the host, and links all.
const AARCH64_GCC: &str = "aarch64-linux-gnu-gcc";

/// A program that Lambda runs.
struct Program {
    name: &'static str,
    /// How it is built.
    selection: &'static [&'static str],
    /// What names it to `cdn-cli images bundle`.
    option: &'static str,
}

/// The native host, and the cache warmer.
const PROGRAMS: [Program; 2] = [
    Program {
        name: "edge-lambda",
        selection: &["--package", "edge-resizer-native", "--features", "lambda"],
        option: "--lambda",
    },
    Program { name: "warm-lambda", selection: &["--package", "warm-lambda"], option: "--warm" },
];

/// Builds the modules and the programs, and packs each with a fleet.
pub(crate) fn run(place: &Place, fleet: &Path) -> anyhow::Result<Exit> {
    let shell = &place.shell;
    let pack = Packer::build(place, fleet)?;
    pack.run(&["--edge".as_ref(), &wasm::build(place)?])?;

    let here = cmd!(shell, "rustc --print host-tuple").quiet().read()?;
    for it in &PROGRAMS {
        let (selection, name) = (it.selection, it.name);
        cmd!(shell, "cargo build --release {selection...} --bin {name}").run()?;
        pack.lambda(it, &here, &place.target.join("release"))?;
    }

    if here == AARCH64 {
        return Ok(Exit::Done);
    }
    if let Some(missing) = missing_for_aarch64(shell) {
        say(format_args!("no archives for aarch64, for want of {missing}"));
        return Ok(Exit::Done);
    }
    let _linker = shell.push_env("CARGO_TARGET_AARCH64_UNKNOWN_LINUX_GNU_LINKER", AARCH64_GCC);
    let _compiler = shell.push_env("CC_aarch64_unknown_linux_gnu", AARCH64_GCC);
    for it in &PROGRAMS {
        let (selection, name) = (it.selection, it.name);
        let target = ["--release", "--target", AARCH64];
        cmd!(shell, "cargo build {target...} {selection...} --bin {name}").run()?;
        pack.lambda(it, AARCH64, &place.target.join(AARCH64).join("release"))?;
    }
    Ok(Exit::Done)
}

/// What is not there of a cross compiler, and how to get it.
fn missing_for_aarch64(shell: &Shell) -> Option<&'static str> {
    if program(AARCH64_GCC).is_none() {
        return Some("its C compiler (Debian: gcc-aarch64-linux-gnu libc6-dev-arm64-cross)");
    }
    let installed = cmd!(shell, "rustup target list --installed").quiet().ignore_stderr().read();
    let is_there = installed.is_ok_and(|list| list.lines().any(|target| target == AARCH64));
    (!is_there).then_some("Rust for it (rustup target add aarch64-unknown-linux-gnu)")
}

/// `cdn-cli images bundle`.
struct Packer<'a> {
    place: &'a Place,
    program: PathBuf,
    fleet: &'a Path,
    /// Where the archives go.
    bundles: PathBuf,
}

impl<'a> Packer<'a> {
    /// Builds it, with the features that the suites have, so that nothing is compiled twice.
    fn build(place: &'a Place, fleet: &'a Path) -> anyhow::Result<Self> {
        let features = ["--features", "edge-resizer-native/lambda"];
        cmd!(place.shell, "cargo build --workspace {features...} --bin cdn-cli").run()?;
        let program = place.target.join(format!("debug/cdn-cli{EXE_SUFFIX}"));
        let bundles = place.target.join("bundles");
        fs::create_dir_all(&bundles)?;
        Ok(Self { place, program, fleet, bundles })
    }

    /// Packs a program that was built for `target` into `folder`.
    fn lambda(&self, it: &Program, target: &str, folder: &Path) -> anyhow::Result<()> {
        let about = self.bundles.join(format!("about-{}-{target}", it.name));
        fs::create_dir_all(&about)?;
        licenses::write(self.place, it.selection, target, &about)?;
        let program = folder.join(it.name);
        self.run(&[it.option.as_ref(), &program, "--about".as_ref(), &about])
    }

    fn run(&self, what: &[&Path]) -> anyhow::Result<()> {
        let Self { place, program, fleet, bundles } = self;
        let to = ["--fleet".as_ref(), *fleet, "--output".as_ref(), bundles];
        cmd!(place.shell, "{program} images bundle {to...} {what...}").run()?;
        Ok(())
    }
}
