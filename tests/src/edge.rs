//! The Lambda@Edge host in Node: a bundle in a folder of its own, and a process that runs it.

use std::io::{BufRead as _, BufReader, Write as _};
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::sync::Arc;

use anyhow::{Context as _, ensure};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use edge_resizer::Request;
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::tool;

/// A bundle that was baked with a configuration.
pub struct Bundle(Arc<TempDir>);

impl Bundle {
    /// Lays modules, handler and configuration into a folder; `None`, and a line that says so, where
    /// there are no modules on this machine.
    ///
    /// # Errors
    /// Where the folder cannot be written.
    pub fn bake(configuration: &Value) -> anyhow::Result<Option<Self>> {
        let Some(host) = tool::edge_host() else {
            skipped("no modules here, cargo xtask wasm builds them");
            return Ok(None);
        };
        let folder = tempfile::tempdir()?;
        for entry in std::fs::read_dir(&host)? {
            let entry = entry?;
            symlink_or_copy(&entry.path(), &folder.path().join(entry.file_name()))?;
        }
        std::fs::write(folder.path().join("configuration.json"), configuration.to_string())?;
        let packages = tool::edge_packages();
        if packages.is_dir() {
            symlink(packages, folder.path().join("node_modules"))?;
        }
        Ok(Some(Self(Arc::new(folder))))
    }

    /// Runs it in a Node.
    ///
    /// # Errors
    /// Where Node does not start.
    pub fn run(&self, node: &Path, environment: &[(&str, &str)]) -> anyhow::Result<Edge> {
        let runner = Path::new(env!("CARGO_MANIFEST_DIR")).join("edge/run.mjs");
        let mut process = Command::new(node)
            .arg("--expose-gc")
            .arg(runner)
            .arg(self.0.path())
            .envs(environment.iter().copied())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::inherit())
            .spawn()
            .with_context(|| format!("starting {}", node.display()))?;
        let input = process.stdin.take().context("a pipe was asked for")?;
        let output = BufReader::new(process.stdout.take().context("a pipe was asked for")?);
        Ok(Edge { process, input: Some(input), output, _folder: Arc::clone(&self.0) })
    }
}

/// Whether there is an AWS SDK for the handler; a line says where there is none.
pub fn has_sdk() -> bool {
    let there = tool::edge_packages().is_dir();
    if !there {
        skipped("no AWS SDK for Node here, cargo xtask setup gets it");
    }
    there
}

#[expect(clippy::print_stderr, reason = "whoever runs the suite has to see what it left out")]
fn skipped(why: &str) {
    eprintln!("skipped: {why}");
}

/// Modules are large and only read; scripts find what is beside them only where they are.
fn symlink_or_copy(from: &Path, to: &Path) -> anyhow::Result<()> {
    if from.extension().is_some_and(|extension| extension == "wasm") {
        symlink(from, to)?;
    } else {
        std::fs::copy(from, to)?;
    }
    Ok(())
}

/// The Nodes of this machine: that on the `PATH`, and those that Lambda has.
pub fn nodes() -> Vec<PathBuf> {
    let packaged = |name: &str| tool::edge_packages().join(name).join("bin/node");
    let all = [PathBuf::from("node"), packaged("node22"), packaged("node24")];
    all.into_iter().filter(|node| node.components().count() == 1 || node.is_file()).collect()
}

/// A handler in a process, as warm as its last request left it.
pub struct Edge {
    process: Child,
    input: Option<ChildStdin>,
    output: BufReader<ChildStdout>,
    /// Read until the end: the second module is loaded when it is needed.
    _folder: Arc<TempDir>,
}

/// What a handler gave.
pub struct Outcome {
    /// A request to be sent to the origin, or a response.
    pub result: Value,
}

/// What a process needs, garbage apart, in bytes.
pub struct Memory {
    /// Of the machine's memory.
    pub resident: u64,
    /// Outside of JavaScript's heap: the modules' memory and buffers.
    pub external: u64,
}

impl Edge {
    /// Sends an event, waits for the result.
    ///
    /// # Errors
    /// Where the process has ended.
    pub fn send(&mut self, event: &Value) -> anyhow::Result<Outcome> {
        Ok(Outcome { result: self.ask(event)? })
    }

    /// Collects the garbage, and says what is left.
    ///
    /// # Errors
    /// Where the process has ended.
    pub fn memory(&mut self) -> anyhow::Result<Memory> {
        let told = self.ask(&json!("memory"))?;
        let of = |name: &str| told[name].as_u64().with_context(|| format!("no {name}: {told}"));
        Ok(Memory { resident: of("rss")?, external: of("external")? })
    }

    fn ask(&mut self, what: &Value) -> anyhow::Result<Value> {
        let input = self.input.as_mut().context("the input is open until the end")?;
        writeln!(input, "{what}")?;
        input.flush()?;
        let mut line = String::new();
        ensure!(self.output.read_line(&mut line)? > 0, "the process has ended");
        Ok(serde_json::from_str(&line)?)
    }
}

impl Drop for Edge {
    fn drop(&mut self) {
        // Without input it ends by itself; where it does not, it has nothing to lose.
        drop(self.input.take());
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

impl Outcome {
    /// The status of a generated response; `None` for a request that goes on to the origin.
    pub fn status(&self) -> Option<u16> {
        self.result["status"].as_str()?.parse().ok()
    }

    /// A header of a generated response.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.result["headers"][name][0]["value"].as_str()
    }

    /// The body of a generated response.
    pub fn body(&self) -> Vec<u8> {
        let text = self.result["body"].as_str().unwrap_or_default();
        STANDARD.decode(text).unwrap_or_default()
    }
}

/// The event of a request that CloudFront is about to send to the origin, as its documentation
/// shows it.
pub fn origin_request(request: &Request, host: &str) -> Value {
    let mut headers = json!({ "host": [{ "key": "Host", "value": host }] });
    for name in request.headers.keys() {
        let values: Vec<Value> = request
            .headers
            .get_all(name)
            .iter()
            .map(|value| json!({ "key": name.as_str(), "value": value.to_str().unwrap_or("?") }))
            .collect();
        headers[name.as_str()] = Value::Array(values);
    }
    json!({ "Records": [{ "cf": {
        "config": {
            "distributionDomainName": "d111111abcdef8.cloudfront.net",
            "distributionId": "EDFDVBD6EXAMPLE",
            "eventType": "origin-request",
            "requestId": "4TyzHTaYWb1GX1qTfsHhEqV6HUDd_BzoBZnwfnvQc_1oF26ClkoUSEQ==",
        },
        "request": {
            "clientIp": "203.0.113.178",
            "headers": headers,
            "method": request.method.as_str(),
            "origin": { "custom": {
                "customHeaders": {},
                "domainName": host,
                "keepaliveTimeout": 5,
                "path": "",
                "port": 443,
                "protocol": "https",
                "readTimeout": 30,
                "sslProtocols": ["TLSv1.2"],
            } },
            "querystring": request.query.as_deref().unwrap_or_default(),
            "uri": request.path,
        },
    } }] })
}
