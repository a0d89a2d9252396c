//! The host for AWS Lambda: the real program, with the environment that Lambda gives it.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::{ExitStatus, Stdio};

use anyhow::Context as _;
use edge_resizer::Request;
use fleet::Site;
use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::process::{Child, Command};

use crate::emulator::{Emulator, ROOT};
use crate::tool;

/// The bucket of variants that every function has.
pub const VARIANTS: &str = "variants";

/// A process; it ends with the test.
pub struct Function {
    process: Child,
    /// What Lambda unpacked.
    _bundle: TempDir,
}

impl Function {
    /// Starts the program with this `fleet.toml` beside it.
    ///
    /// # Errors
    /// Where it does not start.
    pub fn start(
        program: &Path,
        runtime_api: SocketAddr,
        fleet: &str,
        emulator: &Emulator,
        environment: &[(&str, &str)],
    ) -> anyhow::Result<Self> {
        let bundle = tempfile::tempdir()?;
        std::fs::write(bundle.path().join("fleet.toml"), fleet)?;
        let process = Command::new(program)
            .env_clear()
            .env("AWS_LAMBDA_RUNTIME_API", runtime_api.to_string())
            .env("LAMBDA_TASK_ROOT", bundle.path())
            .env("AWS_REGION", "us-east-1")
            .env("AWS_ACCESS_KEY_ID", ROOT[0])
            .env("AWS_SECRET_ACCESS_KEY", ROOT[1])
            .env("AWS_ENDPOINT_URL", &emulator.endpoint)
            .env("VARIANTS_BUCKET", VARIANTS)
            .env("VARIANTS_ENDPOINT", &emulator.endpoint)
            .envs(environment.iter().copied())
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .kill_on_drop(true)
            .spawn()
            .with_context(|| format!("starting {}", program.display()))?;
        Ok(Self { process, _bundle: bundle })
    }

    /// Waits for its end, which none of the tests wants.
    ///
    /// # Errors
    /// Where nothing can be said of it.
    pub async fn ended(&mut self) -> std::io::Result<ExitStatus> {
        self.process.wait().await
    }
}

/// The program; `None`, and a line that says so, where it was not built.
pub fn program() -> Option<PathBuf> {
    let program = tool::edge_lambda();
    if program.is_none() {
        skipped();
    }
    program
}

#[expect(clippy::print_stderr, reason = "whoever runs the suite has to see what it left out")]
fn skipped() {
    eprintln!("skipped: no edge-lambda here, cargo xtask test builds it");
}

/// The event of a request to the function URL, in payload format 2.0, as far as it is read.
pub fn url_event(request: &Request) -> Value {
    let headers: serde_json::Map<String, Value> = request
        .headers
        .iter()
        .map(|(name, value)| (name.as_str().to_owned(), json!(value.to_str().unwrap_or("?"))))
        .collect();
    json!({
        "version": "2.0",
        "rawPath": request.path,
        "rawQueryString": request.query.as_deref().unwrap_or_default(),
        "headers": headers,
        "requestContext": {
            "domainName": "abc.lambda-url.us-east-1.on.aws",
            "http": {
                "method": request.method.as_str(),
                "path": request.path,
                "sourceIp": "203.0.113.78",
            },
        },
        "isBase64Encoded": false,
    })
}

/// A fleet file with these sites.
///
/// # Errors
/// Where a site cannot be said in TOML.
pub fn fleet_file(sites: &[Site]) -> anyhow::Result<String> {
    let sites: Vec<_> = sites
        .iter()
        .map(|Site { name, domains, origin, images, delivery: _ }| {
            json!({ "name": name, "domains": domains, "origin": origin, "images": images })
        })
        .collect();
    let file: toml::Table = serde_json::from_value(without_nulls(json!({ "sites": sites })))?;
    Ok(file.to_string())
}

/// TOML has no null: what is not there is left out.
fn without_nulls(value: Value) -> Value {
    match value {
        Value::Object(fields) => fields
            .into_iter()
            .filter(|(_, value)| !value.is_null())
            .map(|(name, value)| (name, without_nulls(value)))
            .collect(),
        Value::Array(items) => items.into_iter().map(without_nulls).collect(),
        other => other,
    }
}
