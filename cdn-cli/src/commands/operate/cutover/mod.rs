//! `cdn-cli cutover`: a site's way to `CloudFront`, step by step, and back.

pub(crate) mod back;
mod check;
pub(crate) mod plan;
pub(crate) mod run;
mod watch;

use crate::aws::{Condition, Store};
use crate::cutover::journey::Journey;

/// Reads how far a site is.
async fn read(store: &Store, site: &str) -> anyhow::Result<Option<Journey>> {
    Ok(store.read(&key(site)).await?.map(|(journey, _)| journey))
}

/// Notes how far a site is.
async fn note(store: &Store, journey: &Journey) -> anyhow::Result<()> {
    store.write(&key(&journey.site), journey, Condition::Always).await?;
    Ok(())
}

/// Forgets a site's way.
async fn forget(store: &Store, site: &str) -> anyhow::Result<()> {
    store.remove(&key(site)).await
}

/// The document of a site's way.
fn key(site: &str) -> String {
    format!("cutover/{site}.json")
}
