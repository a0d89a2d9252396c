//! The local server: `edge-server --fleet fleet.toml`.

use std::io::{IsTerminal, stderr};
use std::process::ExitCode;

use clap::Parser;
use edge_resizer_native::{ServerArgs, run, shutdown_signal};
use tracing_subscriber::EnvFilter;

#[tokio::main]
async fn main() -> ExitCode {
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new("info"));
    let log = tracing_subscriber::fmt().with_env_filter(filter).with_writer(stderr);
    log.with_ansi(stderr().is_terminal()).init();
    let ended = run(&ServerArgs::parse(), shutdown_signal()).await;
    ended.map_or_else(
        |error| {
            tracing::error!("{error:#}");
            ExitCode::from(2)
        },
        |()| ExitCode::SUCCESS,
    )
}
