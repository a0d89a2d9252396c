//! Our side: the library's two calls in a process that stays, as in a server.

use std::io::{BufRead, Write};
use std::path::PathBuf;

use anyhow::{Context as _, bail, ensure};
use benches::unwatched;
use bytes::Bytes;
use edge_resizer::{Fetched, Policy, Request, Source, Step, accept};
use rustix::time::{ClockId, clock_gettime};
use serde::{Deserialize, Serialize};

/// A picture to be made: answered by both sides, each of which takes what it knows of it.
#[derive(Debug, Deserialize, Serialize)]
pub(crate) struct Transform {
    /// The original.
    pub(crate) source: PathBuf,
    /// The request's path.
    pub(crate) url: String,
    /// How often, one after the other.
    pub(crate) runs: usize,
    /// Where the result is to be written.
    pub(crate) out: Option<PathBuf>,
}

/// What came of it.
#[derive(Debug, Deserialize, Serialize)]
pub(crate) struct Transformed {
    /// CPU time of the process, all threads, of each run.
    pub(crate) cpu_ms: Vec<f64>,
    /// Length of the result.
    pub(crate) bytes: u64,
    /// The most memory that the process has had so far, where the system says.
    pub(crate) peak_kb: Option<u64>,
}

/// Answers a line for each line, up to the end of `input`.
pub(crate) fn serve(input: impl BufRead, mut output: impl Write) -> anyhow::Result<()> {
    for line in input.lines() {
        let answer = match serde_json::from_str(&line?).context("reading a command") {
            Ok(command) => transform(&command).map(|answer| serde_json::json!(answer)),
            Err(error) => Err(error),
        };
        let answer =
            answer.unwrap_or_else(|error| serde_json::json!({ "error": format!("{error:#}") }));
        writeln!(output, "{answer}")?;
        output.flush()?;
    }
    Ok(())
}

fn transform(command: &Transform) -> anyhow::Result<Transformed> {
    let bytes = Bytes::from(std::fs::read(&command.source)?);
    let mut cpu_ms = Vec::new();
    let mut result = Bytes::new();
    for _ in 0..command.runs {
        let start = cpu();
        result = answer(&command.url, bytes.clone())?;
        cpu_ms.push(cpu() - start);
    }
    let peak_kb = peak_kb();
    if let Some(path) = &command.out {
        std::fs::write(path, &result)?;
    }
    Ok(Transformed { cpu_ms, bytes: result.len() as u64, peak_kb })
}

/// From the request to the answer, as a host does it.
pub(crate) fn answer(url: &str, bytes: Bytes) -> anyhow::Result<Bytes> {
    let Step::Fetch(job) = accept(&Request::get(url), &Policy::default()) else {
        bail!("{url} asks for no picture");
    };
    // As origins send one; without it the file is hashed, which is no work on pixels.
    let source = Source { bytes, version: Some("\"1\"".to_owned()), ..Source::default() };
    let response = job.finish(Fetched::Found { index: 0, source }, &mut unwatched);
    let fallback = response.headers.get("x-resizer-fallback");
    ensure!(response.status.is_success() && fallback.is_none(), "{url}: {}", response.status);
    Ok(response.body)
}

/// CPU time that this process has taken, in milliseconds.
fn cpu() -> f64 {
    let time = clock_gettime(ClockId::ProcessCPUTime);
    time.tv_sec as f64 * 1e3 + time.tv_nsec as f64 / 1e6
}

/// Of this process from its start; `ru_maxrss` would begin with that of the process that started it.
fn peak_kb() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    line.trim().strip_suffix("kB")?.trim().parse().ok()
}
