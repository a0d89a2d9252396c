//! The emulator of AWS's APIs.

use std::env;
use std::path::PathBuf;
use std::process::Stdio;

use tokio::io::{AsyncBufReadExt as _, BufReader};
use tokio::process::{Child, Command};

/// The emulator; it ends with the test.
pub(crate) struct Cloud {
    /// The base URL of its APIs.
    pub(crate) endpoint: String,
    _process: Child,
}

impl Cloud {
    /// `None`, and a line that says so, where there is no emulator on this machine.
    #[expect(clippy::print_stderr, reason = "whoever runs the suite has to see what it left out")]
    pub(crate) async fn start() -> Option<Self> {
        let Some(program) = program() else {
            eprintln!("skipped: no fakecloud here, see cargo xtask setup");
            return None;
        };
        let mut process = Command::new(program)
            .args(["--addr", "127.0.0.1:0", "--log-level", "error"])
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .kill_on_drop(true)
            .spawn()
            .ok()?;
        let mut lines = BufReader::new(process.stdout.take()?).lines();
        while let Ok(Some(line)) = lines.next_line().await {
            if let Some(port) = line.strip_prefix("FAKECLOUD_PORT=") {
                let endpoint = format!("http://127.0.0.1:{port}");
                return Some(Self { endpoint, _process: process });
            }
        }
        panic!("the emulator did not say its port");
    }
}

fn program() -> Option<PathBuf> {
    // <target>/<profile>/cdn-cli
    let target = PathBuf::from(env!("CARGO_BIN_EXE_cdn-cli")).ancestors().nth(2)?.to_owned();
    let named = env::var_os("CDN_TEST_TOOLS").map(PathBuf::from);
    let on_path = env::var_os("PATH").unwrap_or_default();
    let folders = [named, Some(target.join("tools"))].into_iter().flatten();
    let folders = folders.chain(env::split_paths(&on_path));
    folders.map(|folder| folder.join("fakecloud")).find(|file| file.is_file())
}
