//! The function of AWS Lambda: `bootstrap` in its archive. `docs/warm.md` says what it needs.

use std::io::stderr;
use std::process::ExitCode;

use tracing_subscriber::EnvFilter;

#[tokio::main]
async fn main() -> ExitCode {
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new("info"));
    let log = tracing_subscriber::fmt().json().flatten_event(true).with_current_span(false);
    log.with_span_list(false).with_env_filter(filter).with_writer(stderr).init();
    warm_lambda::run().await.map_or_else(
        |error| {
            tracing::error!("{error:#}");
            ExitCode::from(2)
        },
        |()| ExitCode::SUCCESS,
    )
}
