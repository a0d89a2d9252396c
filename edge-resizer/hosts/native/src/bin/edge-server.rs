//! The local server: `edge-server --fleet fleet.toml`.

use std::io;

use clap::Parser;
use edge_resizer_native::{ServerArgs, run, shutdown_signal};
use tracing_subscriber::EnvFilter;

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new("info"));
    tracing_subscriber::fmt().with_env_filter(filter).with_writer(io::stderr).init();
    run(&ServerArgs::parse(), shutdown_signal()).await
}
