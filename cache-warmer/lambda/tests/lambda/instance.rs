//! Instances of the function: the real program, with the environment that Lambda gives it.

use std::process::Stdio;

use tempfile::TempDir;
use tokio::process::{Child, Command};

use crate::cloud::{Cloud, REPORTS};
use crate::runtime_api::RuntimeApi;

/// A dollar a request, everywhere, so that cents are no matter of rounding.
const PRICES: &str = r#"{
    "europe": { "gigabyte": "0", "ten_thousand_requests": "10000" },
    "us": { "gigabyte": "0", "ten_thousand_requests": "10000" }
}"#;

/// A process; it ends with the test.
pub(crate) struct Instance {
    process: Child,
    /// The folder of the function's archive.
    _archive: TempDir,
}

impl Instance {
    /// Starts one with this fleet.
    pub(crate) fn start(
        api: &RuntimeApi,
        cloud: &Cloud,
        fleet: &str,
        variables: &[(&str, String)],
    ) -> Self {
        let archive = TempDir::new().unwrap();
        std::fs::write(archive.path().join("fleet.toml"), fleet).unwrap();
        std::fs::write(archive.path().join("prices.json"), PRICES).unwrap();
        let mut command = Command::new(env!("CARGO_BIN_EXE_warm-lambda"));
        command
            .env_clear()
            .env("AWS_LAMBDA_RUNTIME_API", api.address.to_string())
            .env("LAMBDA_TASK_ROOT", archive.path())
            .env("AWS_REGION", "us-east-1")
            .env("AWS_ACCESS_KEY_ID", "test")
            .env("AWS_SECRET_ACCESS_KEY", "test")
            .env("AWS_ENDPOINT_URL", &cloud.endpoint)
            .env("REPORTS_BUCKET", REPORTS)
            .env("QUEUE_URL", &cloud.queue)
            .env("REQUEST_SECONDS", "1")
            .env("RUST_LOG", "off")
            .envs(variables.iter().map(|(name, value)| (name, value)))
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .kill_on_drop(true);
        Self { process: command.spawn().unwrap(), _archive: archive }
    }

    /// Ends it as Lambda ends a function whose time is over.
    pub(crate) async fn kill(mut self) {
        self.process.kill().await.unwrap();
    }
}
