//! Programs that a suite needs, and folders for what it leaves behind.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};

/// Cargo's target folder: where the running test was built.
///
/// # Panics
/// Where this program lies in none.
pub fn target() -> PathBuf {
    let program = env::current_exe().expect("this program has a path");
    // <target>/<profile>/deps/<program>
    program.ancestors().nth(3).map(Path::to_owned).expect("a test lies in a target folder")
}

/// An empty folder below the target folder, for pages that people look at after a run.
///
/// # Panics
/// Where it cannot be made.
pub fn empty_folder(name: &str) -> PathBuf {
    let folder = target().join(name);
    if folder.exists() {
        fs::remove_dir_all(&folder).expect("the folder of the last run can be deleted");
    }
    fs::create_dir_all(&folder).expect("a folder can be made in the target folder");
    folder
}

/// The browser.
pub fn chromium() -> Option<PathBuf> {
    env::var_os("CHROMIUM").map(PathBuf::from).or_else(|| on_path("chromium"))
}

/// The folder with `playwright-core` in it.
pub fn node_modules() -> PathBuf {
    let default = || target().join("node/node_modules");
    env::var_os("NODE_MODULES").map_or_else(default, PathBuf::from)
}

/// The Lambda@Edge host, as `cargo xtask wasm` leaves it: modules and handler.
pub fn edge_host() -> Option<PathBuf> {
    let folder = env::var_os("EDGE_HOST").map_or_else(|| target().join("edge"), PathBuf::from);
    folder.join("resizer.wasm").is_file().then_some(folder)
}

/// The host for AWS Lambda, built beside the suites.
pub fn edge_lambda() -> Option<PathBuf> {
    let program = env::current_exe().ok()?.ancestors().nth(2)?.join("edge-lambda");
    program.is_file().then_some(program)
}

/// The folder with the packages of `edge/package.json`: the AWS SDK, and other versions of Node.
pub fn edge_packages() -> PathBuf {
    let default = || target().join("edge-packages/node_modules");
    env::var_os("EDGE_PACKAGES").map_or_else(default, PathBuf::from)
}

/// The emulator of AWS's APIs.
pub fn fakecloud() -> Option<PathBuf> {
    let folder =
        env::var_os("CDN_TEST_TOOLS").map_or_else(|| target().join("tools"), PathBuf::from);
    Some(folder.join("fakecloud")).filter(|file| file.is_file()).or_else(|| on_path("fakecloud"))
}

fn on_path(program: &str) -> Option<PathBuf> {
    let path = env::var_os("PATH")?;
    env::split_paths(&path).map(|folder| folder.join(program)).find(|file| file.is_file())
}
