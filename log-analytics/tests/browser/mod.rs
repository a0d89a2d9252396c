//! Real Chromium, driven by a script for Node; `cargo xtask test` provides both.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// The browser and what drives it.
pub(crate) struct Browser {
    chromium: PathBuf,
    node_modules: PathBuf,
    target: PathBuf,
}

impl Browser {
    /// `None`, and a line that says so, where one of them is not there.
    pub(crate) fn find() -> Option<Self> {
        // <target>/<profile>/deps/<program>
        let target = env::current_exe().ok()?.ancestors().nth(3)?.to_owned();
        let node_modules = env::var_os("NODE_MODULES")
            .map_or_else(|| target.join("node/node_modules"), PathBuf::from);
        let chromium = env::var_os("CHROMIUM").map(PathBuf::from);
        let chromium = chromium.filter(|_| node_modules.join("playwright-core").is_dir());
        if chromium.is_none() {
            eprintln!("skipped: CHROMIUM and NODE_MODULES name no browser; cargo xtask test does");
        }
        Some(Self { chromium: chromium?, node_modules, target })
    }

    /// An empty folder below the target folder, for pages and screenshots that people look at.
    pub(crate) fn folder(&self) -> PathBuf {
        let folder = self.target.join("pages");
        if folder.exists() {
            fs::remove_dir_all(&folder).unwrap();
        }
        fs::create_dir_all(&folder).unwrap();
        folder
    }

    /// Runs the script over the folder.
    pub(crate) fn run(&self, script: &str) {
        let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/browser").join(script);
        let output = Command::new("node")
            .arg(script)
            .arg(self.target.join("pages"))
            .env("CHROMIUM", &self.chromium)
            .env("NODE_MODULES", &self.node_modules)
            .stdin(Stdio::null())
            .output()
            .unwrap();
        let said =
            String::from_utf8_lossy(&output.stdout) + String::from_utf8_lossy(&output.stderr);
        let target = self.target.display();
        assert!(output.status.success(), "pages and screenshots are in {target}/pages\n{said}");
    }
}

/// Writes a page, and the folders above it.
pub(crate) fn write(path: &Path, text: &str) {
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, text).unwrap();
}
