//! Instances of the function: the real program, with the environment that Lambda gives it.

use std::io::{BufRead, BufReader};
use std::process::{Command, ExitStatus, Stdio};
use std::sync::{Arc, Mutex};
use std::thread;

use tempfile::TempDir;
use tokio::sync::Notify;

use crate::cloud::{Cloud, ORIGINALS, VARIANTS};
use crate::process::Process;
use crate::runtime_api::RuntimeApi;

/// How the function is deployed, over what every test wants.
#[derive(Clone, Default)]
pub(crate) struct Deployment {
    /// Environment variables; a later one of a name counts.
    pub(crate) variables: Vec<(&'static str, String)>,
    /// What is in the fleet beside the site.
    pub(crate) fleet: String,
}

impl Deployment {
    pub(crate) fn with(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.variables.push((name, value.into()));
        self
    }
}

/// A process; it ends with the test.
pub(crate) struct Instance {
    process: Process,
    pub(crate) log: Arc<Log>,
    /// The folder of the function's bundle.
    _bundle: TempDir,
}

/// What a process wrote.
#[derive(Default)]
pub(crate) struct Log {
    text: Mutex<String>,
    grew: Notify,
}

impl Log {
    /// The log so far.
    pub(crate) fn text(&self) -> String {
        self.text.lock().unwrap().clone()
    }

    /// Ends when a text is in the log.
    pub(crate) async fn has(&self, text: &str) {
        loop {
            let mut grew = std::pin::pin!(self.grew.notified());
            grew.as_mut().enable();
            if self.text().contains(text) {
                return;
            }
            grew.await;
        }
    }
}

impl Instance {
    /// Starts one for the site `shop`, whose originals are below `shop/` in their bucket.
    pub(crate) fn start(api: &RuntimeApi, cloud: &Cloud, deployment: &Deployment) -> Self {
        let bundle = TempDir::new().unwrap();
        let (endpoint, more) = (&cloud.endpoint, &deployment.fleet);
        let fleet = format!(
            r#"
            [[sites]]
            name = "shop"
            domains = ["shop.example"]
            images = {{ signing = {{ keys = ["a secret of the shop"] }} }}
            [sites.origin.s3]
            bucket = "{ORIGINALS}"
            prefix = "shop/"
            endpoint = "{endpoint}"
            {more}"#
        );
        std::fs::write(bundle.path().join("fleet.toml"), fleet).unwrap();
        let mut command = Command::new(env!("CARGO_BIN_EXE_edge-lambda"));
        command
            .env_clear()
            .env("AWS_LAMBDA_RUNTIME_API", api.address.to_string())
            .env("AWS_LAMBDA_FUNCTION_NAME", "f")
            .env("AWS_LAMBDA_FUNCTION_VERSION", "1")
            .env("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "1769")
            .env("LAMBDA_TASK_ROOT", bundle.path())
            .env("AWS_REGION", "us-east-1")
            .env("AWS_ACCESS_KEY_ID", "test")
            .env("AWS_SECRET_ACCESS_KEY", "test")
            .env("AWS_ENDPOINT_URL", endpoint)
            .env("VARIANTS_BUCKET", VARIANTS)
            .env("VARIANTS_ENDPOINT", endpoint);
        command.envs(deployment.variables.iter().map(|(name, value)| (name, value)));
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::piped());
        let mut process = Process(command.spawn().unwrap());
        let log = Arc::new(Log::default());
        let lines = BufReader::new(process.0.stderr.take().unwrap()).lines();
        let written = Arc::clone(&log);
        thread::spawn(move || {
            for line in lines {
                written.text.lock().unwrap().extend([line.unwrap().as_str(), "\n"]);
                written.grew.notify_waiters();
            }
        });
        Self { process, log, _bundle: bundle }
    }

    /// Sends SIGTERM, and waits for the end.
    pub(crate) async fn terminate(self) -> ExitStatus {
        let pid = rustix::process::Pid::from_child(&self.process.0);
        rustix::process::kill_process(pid, rustix::process::Signal::TERM).unwrap();
        self.end().await
    }

    /// Waits for the end.
    pub(crate) async fn end(mut self) -> ExitStatus {
        tokio::task::spawn_blocking(move || self.process.0.wait().unwrap()).await.unwrap()
    }
}
