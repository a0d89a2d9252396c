//! The host for AWS Lambda, behind a function URL.
//!
//! ```text
//! function URL    path -> site -> SiteService -> answer, streamed
//!                                     |-> variants bucket, before the invocation ends
//!                                     '-> queue, where the AVIF is to be made later
//! queue           message -> site -> SiteService -> variants bucket
//! S3 events       original -> its variants deleted, its cache tag invalidated
//! ```
//!
//! The spine is [`Function::handle`]. See `docs/lambda.md` for what is deployed around it.

mod answer;
mod event;
mod function;
mod later;
mod purge;
mod settings;
mod variants;

use anyhow::Context;
use lambda_runtime::{Error, LambdaEvent, service_fn};
use serde_json::Value;

pub use function::Function;
pub use settings::{LambdaSettings, SettingsError};

/// Answers Lambda's invocations until it ends the process.
///
/// # Errors
/// Where the settings or the fleet cannot be used, or the Runtime API is not there.
pub async fn run() -> anyhow::Result<()> {
    let settings = LambdaSettings::from_environment()?;
    let function = Function::new(&settings).await?;
    // An extension, which this registers, is what makes Lambda send SIGTERM at all. Nothing has to
    // be put away: whatever an invocation began is done before it ends.
    lambda_runtime::spawn_graceful_shutdown_handler(|| async {
        tracing::info!("Shutting down");
    })
    .await;
    tracing::info!(sites = function.sites(), "Ready");
    let handle = service_fn(|event: LambdaEvent<Value>| async {
        let request_id = event.context.request_id.clone();
        function.handle(event).await.map_err(|error| {
            tracing::error!(request_id, "{error:#}");
            Error::from(error)
        })
    });
    lambda_runtime::run(handle)
        .await
        .map_err(anyhow::Error::from_boxed)
        .context("asking for events")
}
