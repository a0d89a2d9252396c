//! The cache warmer as a function of AWS Lambda.
//!
//! ```text
//! a schedule, a deploy, a purge, a sitemap    event    -> an order
//! an order                                    plan     -> targets in slices, in S3; a message for each
//! messages                                    work     -> each slice warmed as far as the time goes:
//!                                                         its part of the report, or a message for
//!                                                         what is left of it
//! the last slice, or who asks                 compose  -> the report, as `cdn-cli warm` writes it
//! ```
//!
//! SQS hands a message out at least once. What a message stands for is named by what it says, so
//! that it may be done any number of times and counts once: a run by the event that asked for it, a
//! slice by its number, what is left of a slice by how often it was gone on with. What is there
//! already is not done again, and what two do at once is written under one name.
//!
//! The spine is [`Function::handle`].

mod bucket;
mod compose;
mod distributions;
mod event;
mod function;
mod names;
mod order;
mod plan;
mod queue;
mod runtime;
mod settings;
mod sources;
mod work;

pub use function::Function;
pub use runtime::Invocation;
pub use settings::{Settings, SettingsError};

use runtime::RuntimeApi;

/// Answers Lambda's invocations, one after the other.
///
/// # Errors
/// Where the settings or the fleet cannot be used, or Lambda has no next event.
pub async fn run() -> anyhow::Result<()> {
    // Another provider that was installed before does as well.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let api = RuntimeApi::from_environment()?;
    let function = Function::new(Settings::from_environment()?).await?;
    tracing::info!(sites = function.sites(), "Ready");
    loop {
        let invocation = api.next().await?;
        let request_id = invocation.request_id.clone();
        let told = match function.handle(invocation).await {
            Ok(value) => api.reply(&request_id, &value).await,
            Err(error) => {
                tracing::error!(request_id, "{error:#}");
                api.fail(&request_id, &error).await
            }
        };
        // Lambda has given the invocation up, say: the next one is to be handled all the same.
        if let Err(error) = told {
            tracing::warn!(request_id, "{error:#}");
        }
    }
}
