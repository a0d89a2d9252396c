//! What the suites with real peers need beyond Rust, and how to get it.
//!
//! | need | for | from |
//! |---|---|---|
//! | libvips that reads AVIF | the second opinion on every picture | Debian `libvips-tools` |
//! | Chromium | the pages of `cdn-cli dev`, and those of log reports | Debian `chromium` |
//! | Node with npm | driving Chromium; the viewer function in a second engine | Debian `nodejs`, `npm` |
//! | playwright-core | the same | npm, into the target folder |
//! | AWS SDK, Node 22 and 24 | the Lambda@Edge host | npm, into the target folder |
//! | cfn-lint, checkov | the templates of a fleet | pip, into the target folder; Debian `python3-venv` |
//! | wasm32 for Rust, clang | building that host | rustup, or Debian `rustc-web` and others; `clang-19` |
//! | nginx | edge locations for the cache warmer | Debian `nginx-light` |
//! | fakecloud | S3 as an origin, and AWS around `edge-lambda`; without it those tests are skipped | `PATH`, or unpacked |
//!
//! The suites find them through these variables:
//! `CHROMIUM` (the program), `NODE_MODULES` (the folder with `playwright-core`), `EDGE_HOST` and
//! `EDGE_PACKAGES` (the Lambda@Edge host, and what it is run with), `CFN_LINTERS` (the folder with
//! `cfn-lint` and `checkov`), and `CDN_TEST_TOOLS` (a folder with `fakecloud` in it, where there is one).

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::Context;
use xshell::{Shell, cmd};

use crate::exit::say;
use crate::place::{Place, program};
use crate::wasm;

/// Something that only the system's package manager can give.
struct SystemNeed {
    /// What is looked for.
    name: &'static str,
    /// The Debian packages that bring it.
    packages: &'static [&'static str],
    /// Whether it is there and works.
    is_there: fn(&Place) -> bool,
}

/// In the order of installation: a later row's test may use an earlier row's program.
const SYSTEM_NEEDS: [SystemNeed; 9] = [
    SystemNeed {
        name: "libvips (the program `vips`)",
        packages: &["libvips-tools"],
        is_there: |_| program("vips").is_some(),
    },
    SystemNeed {
        name: "libvips that reads AVIF",
        // A package of its own since Debian 13, where libheif was split.
        packages: &["libheif-plugin-dav1d"],
        // Without libvips nothing can be said yet.
        is_there: |place| program("vips").is_none() || vips_reads_avif(place),
    },
    SystemNeed { name: "Chromium", packages: &["chromium"], is_there: |_| chromium().is_some() },
    SystemNeed { name: "Node", packages: &["nodejs"], is_there: |_| program("node").is_some() },
    SystemNeed { name: "npm", packages: &["npm"], is_there: |_| program("npm").is_some() },
    SystemNeed {
        name: "nginx",
        packages: &["nginx-light"],
        is_there: |_| succeeds(Command::new("nginx").arg("-v")),
    },
    SystemNeed {
        name: "Python with venv",
        packages: &["python3-venv"],
        is_there: |_| succeeds(Command::new("python3").args(["-c", "import ensurepip, venv"])),
    },
    SystemNeed {
        name: "clang, for libwebp in WASM",
        packages: &["clang-19"],
        is_there: |_| wasm::has_clang(),
    },
    SystemNeed {
        name: "a Rust compiler for wasm32",
        packages: &["rustc-web", "cargo-web", "rust-web-src", "lld-19"],
        is_there: wasm::has_compiler,
    },
];

/// The emulator of AWS's APIs, in the version that the suites were written against.
const FAKECLOUD_VERSION: &str = "0.51.0";

/// The variable that names the folder with the emulator in it.
pub(crate) const FAKECLOUD: &str = "CDN_TEST_TOOLS";

/// The emulator packed, where a folder of tools lies beside the checkout.
const FAKECLOUD_PACKED: &str = "../shared/tools/fakecloud-0.51.0-x86_64-linux.xz";

/// A 16 x 16 AVIF that libaom made, to see whether a decoder is there.
const PROBE_AVIF: &[u8] = include_bytes!("probe.avif");

/// The linters of templates, in the versions that the suites were written against.
const LINTERS: [&str; 2] = ["cfn-lint==1.58.0", "checkov==3.3.30"];

/// What became of the needs.
pub(crate) enum Provided {
    /// All are there; the variables by which the suites find them.
    All(Vec<(&'static str, PathBuf)>),
    /// Some are not, and it was said which and what to do.
    Missing,
}

/// Makes sure that everything is there: installs into the target folder what needs no root, and the
/// rest through apt-get where `install` allows it.
pub(crate) fn provide(place: &Place, install: bool) -> anyhow::Result<Provided> {
    if install {
        install_system_needs(place)?;
    }
    let missing: Vec<_> = SYSTEM_NEEDS.iter().filter(|need| !(need.is_there)(place)).collect();
    if !missing.is_empty() {
        say_missing(&missing);
        return Ok(Provided::Missing);
    }
    let mut variables = vec![("NODE_MODULES", node_modules(place)?)];
    let packages = place.target.join("edge-packages");
    npm_packages(place, "tests/edge", &packages)?;
    variables.push(("EDGE_PACKAGES", packages.join("node_modules")));
    variables.push(("EDGE_HOST", wasm::build(place)?));
    variables.push(("CFN_LINTERS", linters(place)?));
    variables.extend(chromium().map(|path| ("CHROMIUM", path)));
    variables.extend(fakecloud_folder(place)?.map(|path| (FAKECLOUD, path)));
    Ok(Provided::All(variables))
}

fn install_system_needs(place: &Place) -> anyhow::Result<()> {
    let mut updated = false;
    for need in SYSTEM_NEEDS {
        if (need.is_there)(place) {
            continue;
        }
        if !updated {
            apt_get(&place.shell, &["update"])?;
            updated = true;
        }
        let arguments = [&["install", "--yes", "--no-install-recommends"], need.packages].concat();
        apt_get(&place.shell, &arguments).with_context(|| format!("installing {}", need.name))?;
    }
    Ok(())
}

fn apt_get(shell: &Shell, arguments: &[&str]) -> anyhow::Result<()> {
    let root = cmd!(shell, "id -u").quiet().read()? == "0";
    // `-n`, because nobody may be there to type a password; `env`, because sudo drops variables.
    let sudo: &[&str] = if root { &[] } else { &["sudo", "-n"] };
    cmd!(shell, "env {sudo...} env DEBIAN_FRONTEND=noninteractive apt-get {arguments...}")
        .run()
        .context("apt-get needs root, or sudo without a password")
}

fn say_missing(missing: &[&SystemNeed]) {
    let mut packages: Vec<&str> = Vec::new();
    for need in missing {
        say(format_args!("missing: {} (Debian: {})", need.name, need.packages.join(" ")));
        packages.extend(need.packages);
    }
    say(format_args!(
        "\nget all of it with:  cargo xtask test --install\n\
         or with:             sudo apt-get install {}\n\
         or leave it out:     cargo xtask test --fast",
        packages.join(" ")
    ));
}

fn vips_reads_avif(place: &Place) -> bool {
    let probe = place.target.join("probe.avif");
    let written = fs::create_dir_all(&place.target).and_then(|()| fs::write(&probe, PROBE_AVIF));
    written.is_ok() && succeeds(Command::new("vips").arg("avg").arg(&probe))
}

/// The browser: the one that `CHROMIUM` names, else Debian's.
fn chromium() -> Option<PathBuf> {
    match std::env::var_os("CHROMIUM") {
        Some(path) => Some(PathBuf::from(path)),
        None => program("chromium"),
    }
}

/// The variables by which the pages of log reports find a browser; none, where something of it is not
/// there: their test says that it is skipped.
pub(crate) fn browser(place: &Place) -> anyhow::Result<Vec<(&'static str, PathBuf)>> {
    match (chromium(), program("node"), program("npm")) {
        (Some(chromium), Some(_), Some(_)) => {
            Ok(vec![("CHROMIUM", chromium), ("NODE_MODULES", node_modules(place)?)])
        }
        _ => Ok(Vec::new()),
    }
}

/// The packages that drive the browser.
fn node_modules(place: &Place) -> anyhow::Result<PathBuf> {
    let folder = place.target.join("node");
    npm_packages(place, "tests/browser", &folder)?;
    Ok(folder.join("node_modules"))
}

/// Installs into `folder` the packages of the `package-lock.json` that lies in `from`, unless those
/// very ones are there already.
pub(crate) fn npm_packages(place: &Place, from: &str, folder: &Path) -> anyhow::Result<()> {
    let from = place.root.join(from);
    let installed = folder.join("installed.json");
    let lock = from.join("package-lock.json");
    let lock = fs::read(&lock).with_context(|| format!("reading {}", lock.display()))?;
    if fs::read(&installed).is_ok_and(|done| done == lock) && folder.join("node_modules").is_dir() {
        return Ok(());
    }
    fs::create_dir_all(folder)?;
    for file in ["package.json", "package-lock.json"] {
        fs::copy(from.join(file), folder.join(file))?;
    }
    let shell = &place.shell;
    let _folder = shell.push_dir(folder);
    cmd!(shell, "npm ci --no-audit --no-fund --ignore-scripts").run()?;
    fs::write(&installed, lock)?;
    Ok(())
}

/// The folder with the linters of templates, in a Python environment of their own.
fn linters(place: &Place) -> anyhow::Result<PathBuf> {
    let folder = place.target.join("linters");
    let programs = folder.join("bin");
    let installed = folder.join("installed.txt");
    let wanted = LINTERS.join("\n");
    if fs::read_to_string(&installed).is_ok_and(|done| done == wanted) {
        return Ok(programs);
    }
    let shell = &place.shell;
    let pip = programs.join("pip");
    cmd!(shell, "python3 -m venv --clear {folder}").run()?;
    cmd!(shell, "{pip} install --quiet --disable-pip-version-check {LINTERS...}").run()?;
    fs::write(&installed, wanted)?;
    Ok(programs)
}

/// The folder with `fakecloud` in it; `None`, and a line that says so, where there is none.
pub(crate) fn fakecloud_folder(place: &Place) -> anyhow::Result<Option<PathBuf>> {
    if let Some(file) = program("fakecloud") {
        return Ok(file.parent().map(Path::to_owned));
    }
    let tools = place.target.join("tools");
    let unpacked = tools.join("fakecloud");
    if runs(&unpacked) {
        return Ok(Some(tools));
    }
    let packed = place.root.join(FAKECLOUD_PACKED);
    if packed.is_file() && program("xz").is_some() {
        fs::create_dir_all(&tools)?;
        unpack(&packed, &unpacked)?;
        if runs(&unpacked) {
            return Ok(Some(tools));
        }
    }
    say(format_args!(
        "no fakecloud here, the tests with AWS's APIs will say that they are skipped; to get it:\n\
         cargo install fakecloud --version {FAKECLOUD_VERSION} --locked"
    ));
    Ok(None)
}

fn unpack(packed: &Path, unpacked: &Path) -> anyhow::Result<()> {
    let output = fs::File::create(unpacked)?;
    let status = Command::new("xz")
        .arg("--decompress")
        .arg("--stdout")
        .arg(packed)
        .stdout(output)
        .status()
        .context("running xz")?;
    anyhow::ensure!(status.success(), "xz could not unpack {}", packed.display());
    make_executable(unpacked)?;
    Ok(())
}

#[cfg(unix)]
fn make_executable(file: &Path) -> std::io::Result<()> {
    use std::os::unix::fs::PermissionsExt as _;
    fs::set_permissions(file, fs::Permissions::from_mode(0o755))
}

#[cfg(not(unix))]
fn make_executable(_: &Path) -> std::io::Result<()> {
    Ok(())
}

/// Whether this is a program of this machine.
fn runs(program: &Path) -> bool {
    succeeds(Command::new(program).arg("--version"))
}

fn succeeds(command: &mut Command) -> bool {
    let quiet = command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    quiet.status().is_ok_and(|status| status.success())
}
