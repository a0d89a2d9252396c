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
mod caches;
mod event;
mod function;
mod later;
mod picture;
mod purge;
mod runtime;
mod settings;
mod variants;

use crate::server::shutdown_signal;
use runtime::RuntimeApi;

pub use function::Function;
pub use runtime::{Answer, Invocation, Reply};
pub use settings::{LambdaSettings, SettingsError};

/// Answers Lambda's invocations until it sends SIGTERM. Nothing has to be put away then: whatever an
/// invocation began is done before it ends.
///
/// # Errors
/// Where the settings or the fleet cannot be used, or the Runtime API is not there.
pub async fn run() -> anyhow::Result<()> {
    let api = RuntimeApi::from_environment()?;
    let function = Function::new(&LambdaSettings::from_environment()?).await?;
    api.register_extension().await?;
    tracing::info!(sites = function.sites(), "Ready");
    tokio::select! {
        error = handle_all(&api, &function) => Err(error),
        () = shutdown_signal() => {
            tracing::info!("Shutting down");
            Ok(())
        }
    }
}

/// Handles one event after the other; ends where Lambda has no next one.
async fn handle_all(api: &RuntimeApi, function: &Function) -> anyhow::Error {
    loop {
        let invocation = match api.next().await {
            Ok(invocation) => invocation,
            Err(error) => return error,
        };
        let request_id = invocation.request_id.clone();
        let told = match function.handle(invocation).await {
            Ok(reply) => api.reply(&request_id, reply).await,
            Err(error) => {
                tracing::error!(request_id, "{error:#}");
                api.fail(&request_id, &error).await
            }
        };
        // The caller has left, say: the next one is to be answered all the same.
        if let Err(error) = told {
            tracing::warn!(request_id, "{error:#}");
        }
    }
}
