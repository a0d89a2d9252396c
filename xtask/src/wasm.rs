//! `cargo xtask wasm`: the resizer as WASM modules, and what Node needs around them.
//!
//! The modules are built by the toolchain's own `wasm32-unknown-unknown` where rustup has it or can
//! get it; else by Debian's compiler, which brings the sources of the standard library to build for
//! it. libwebp is compiled by clang either way, against the headers of `hosts/wasm/libc`.

use std::ffi::OsStr;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, ensure};
use xshell::cmd;

use crate::cli::{Toolchain, WasmBuildOptions};
use crate::exit::{Exit, say};
use crate::licenses;
use crate::place::{Place, program};

const TARGET: &str = "wasm32-unknown-unknown";

/// The modules, by the name of their files, and the features of each.
const MODULES: [(&str, &[&str]); 2] = [("resizer", &[]), ("resizer-full", &["--features", "full"])];

/// What libwebp is compiled with: its SIMD through `hosts/wasm/libc`, and none of what it has for
/// statistics and resizing of its own.
const LIBWEBP: &str = "-msimd128 -DEMSCRIPTEN -DWEBP_HAVE_SSE2 -DWEBP_MSC_SSE2 -DWEBP_HAVE_SSE41 \
                       -DWEBP_MSC_SSE41 -DWEBP_REDUCE_SIZE -DWEBP_DISABLE_STATS";

/// The folder of Debian's programs, whose `cargo` and `rustc` belong together.
const DEBIAN: &str = "/usr/bin";

/// Debian's compiler for it.
const DEBIAN_PACKAGES: [&str; 4] = ["rustc-web", "cargo-web", "rust-web-src", "lld-19"];

/// Builds the modules into a folder that Node can load, and says what they come to.
pub(crate) fn run(place: &Place, options: WasmBuildOptions) -> anyhow::Result<Exit> {
    let folder = build_by(place, options.toolchain)?;
    for (name, _) in MODULES {
        let module = folder.join(format!("{name}.wasm"));
        let bytes = fs::metadata(&module).context("looking at what was built")?.len();
        say(format_args!("{bytes:>9} bytes  {}", module.display()));
    }
    Ok(Exit::Done)
}

/// The folder with the modules and the handler in it.
pub(crate) fn build(place: &Place) -> anyhow::Result<PathBuf> {
    build_by(place, None)
}

fn build_by(place: &Place, toolchain: Option<Toolchain>) -> anyhow::Result<PathBuf> {
    let toolchain = toolchain.map_or_else(|| Toolchain::find(place), Ok)?;
    let clang = clang().context("no clang here (Debian: clang-19), which compiles libwebp")?;
    let folder = place.target.join("edge");
    // What an earlier version left behind would go into the bundle.
    place.shell.remove_path(&folder)?;
    fs::create_dir_all(&folder)?;
    for (name, features) in MODULES {
        let module = toolchain.build(place, &clang, features)?;
        bindgen(place, &module, &folder, name)?;
    }
    let package = ["--package", "edge-resizer-wasm", "--features", "full"];
    licenses::write(place, &package, TARGET, &folder)?;
    let node = place.root.join("edge-resizer/hosts/wasm/node");
    for file in place.shell.read_dir(&node)? {
        if file.extension() == Some(OsStr::new("mjs")) {
            place.shell.copy_file(&file, &folder)?;
        }
    }
    Ok(folder)
}

/// Whether there is a compiler for it, or rustup gets one.
pub(crate) fn has_compiler(place: &Place) -> bool {
    rustup_has_target(place) || debian_is_there() || rustup_gets_target(place)
}

/// Whether there is a C compiler for it.
pub(crate) fn has_clang() -> bool {
    clang().is_some()
}

fn clang() -> Option<PathBuf> {
    ["clang-19", "clang"].into_iter().find_map(program)
}

impl Toolchain {
    fn find(place: &Place) -> anyhow::Result<Self> {
        if rustup_has_target(place) || (!debian_is_there() && rustup_gets_target(place)) {
            return Ok(Self::Rustup);
        }
        ensure!(
            debian_is_there(),
            "nothing here builds for {TARGET}: neither has rustup the target, nor are Debian's \
             packages installed (sudo apt-get install {})",
            DEBIAN_PACKAGES.join(" ")
        );
        Ok(Self::Debian)
    }

    /// Builds a module.
    fn build(self, place: &Place, clang: &Path, features: &[&str]) -> anyhow::Result<PathBuf> {
        let shell = &place.shell;
        let headers = place.root.join("edge-resizer/hosts/wasm/libc");
        let flags = format!("{LIBWEBP} -isystem {}", headers.display());
        // Of its own, since flags that come by the environment undo the work of other builds.
        let target = place.target.join("wasm-build");
        let _env = [
            shell.push_env("CC_wasm32_unknown_unknown", clang),
            shell.push_env("AR_wasm32_unknown_unknown", "ar"),
            shell.push_env("CFLAGS_wasm32_unknown_unknown", flags),
            shell.push_env("CARGO_TARGET_DIR", &target),
            shell.push_env("RUSTFLAGS", self.rust_flags()),
        ];
        let package = ["--package", "edge-resizer-wasm", "--lib"];
        let arguments = ["--profile", "wasm", "--target", TARGET];
        match self {
            Self::Rustup => {
                cmd!(shell, "cargo build {arguments...} {package...} {features...}").run()?;
            }
            Self::Debian => {
                let _path = shell.push_env("PATH", format!("{DEBIAN}:/bin"));
                // The standard library is built from its sources, which only an unstable flag does.
                let _unstable = shell.push_env("RUSTC_BOOTSTRAP", "1");
                let std = "-Zbuild-std=std,panic_abort";
                let cargo = Path::new(DEBIAN).join("cargo");
                cmd!(shell, "{cargo} build {std} {arguments...} {package...} {features...}")
                    // Cargo tells its children which one it is; this is another.
                    .env_remove("CARGO")
                    .env_remove("RUSTUP_TOOLCHAIN")
                    .run()?;
            }
        }
        Ok(target.join(TARGET).join("wasm/edge_resizer_wasm.wasm"))
    }

    /// A panic's message has nobody to read it in Lambda@Edge: where the standard library is built
    /// too, it is left out, which saves 130 kB.
    const fn rust_flags(self) -> &'static str {
        match self {
            Self::Rustup => "-Ctarget-feature=+simd128",
            Self::Debian => {
                "-Ctarget-feature=+simd128 -Clinker=wasm-ld-19 -Zunstable-options \
                 -Cpanic=immediate-abort -Zlocation-detail=none"
            }
        }
    }
}

fn rustup_has_target(Place { shell, .. }: &Place) -> bool {
    let installed = cmd!(shell, "rustup target list --installed").quiet().ignore_stderr().read();
    installed.is_ok_and(|installed| installed.lines().any(|target| target == TARGET))
}

fn rustup_gets_target(Place { shell, .. }: &Place) -> bool {
    cmd!(shell, "rustup target add {TARGET}").quiet().ignore_stderr().run().is_ok()
}

fn debian_is_there() -> bool {
    let programs = ["cargo", "rustc"].map(|name| Path::new(DEBIAN).join(name));
    let sources = Path::new("/usr/lib/rustlib/src/rust/library");
    programs.iter().all(|program| program.is_file())
        && sources.is_dir()
        && program("wasm-ld-19").is_some()
}

/// Makes of a module what Node loads, with the version of wasm-bindgen that it was built with.
fn bindgen(place: &Place, module: &Path, folder: &Path, name: &str) -> anyhow::Result<()> {
    let shell = &place.shell;
    let tool = ["--package", "xtask", "--bin", "bindgen", "--features", "bindgen"];
    cmd!(shell, "cargo run --quiet {tool...} -- {module} {folder} {name}").run()?;
    fs::rename(folder.join(format!("{name}_bg.wasm")), folder.join(format!("{name}.wasm")))?;
    Ok(())
}
