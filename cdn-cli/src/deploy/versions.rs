//! What was deployed when: numbered versions that are never changed.

use std::collections::BTreeMap;

use anyhow::Context as _;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use sha2::{Digest as _, Sha256};

use crate::aws::{Condition, Store};
use crate::hex::hex;
use crate::hints::Hinted;

/// A state of a stack that was in effect.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Version {
    /// From 1, each stack for itself.
    pub(crate) number: u32,
    /// The run that made it.
    pub(crate) run: String,
    /// Who did: `ann@laptop`.
    pub(crate) who: String,
    /// When it was in effect.
    pub(crate) at: Timestamp,
    /// The digest of the template, which lies under `templates/`.
    pub(crate) template: String,
    /// What the template was given.
    pub(crate) parameters: BTreeMap<String, String>,
    /// The stack's tags.
    pub(crate) tags: BTreeMap<String, String>,
    /// What it changed, in a few words.
    pub(crate) summary: String,
}

/// The digest by which a template is known.
pub(crate) fn digest(template: &Value) -> String {
    hex(&Sha256::digest(template.to_string().as_bytes()))
}

/// Where a template lies.
pub(crate) fn template_key(digest: &str) -> String {
    format!("templates/{digest}.json")
}

/// Keeps a template under its digest.
pub(crate) async fn keep_template(store: &Store, template: &Value) -> anyhow::Result<String> {
    let digest = digest(template);
    // Who finds it there finds the same.
    store.write(&template_key(&digest), template, Condition::Absent).await?;
    Ok(digest)
}

/// The template of a digest.
pub(crate) async fn template(store: &Store, digest: &str) -> anyhow::Result<Value> {
    let found = store.read(&template_key(digest)).await?;
    Ok(found.with_context(|| format!("the template {digest} is not in {}", store.bucket()))?.0)
}

/// The numbers of a stack's versions, in order.
pub(crate) async fn numbers(store: &Store, stack: &str) -> anyhow::Result<Vec<u32>> {
    let prefix = format!("versions/{stack}/");
    let keys = store.list(&prefix).await?;
    Ok(keys.iter().filter_map(|key| key.strip_prefix(&prefix)?.parse().ok()).collect())
}

/// Every version of a stack, the oldest first.
pub(crate) async fn all(store: &Store, stack: &str) -> anyhow::Result<Vec<Version>> {
    let mut versions = Vec::new();
    for number in numbers(store, stack).await? {
        versions.push(one(store, stack, number).await?);
    }
    Ok(versions)
}

/// A version.
pub(crate) async fn one(store: &Store, stack: &str, number: u32) -> anyhow::Result<Version> {
    let found = store.read(&key(stack, number)).await?;
    let found = found.map(|(version, _)| version);
    found.ok_or_else(|| {
        Hinted::error(
            format!("{stack} has no version {number}"),
            "`cdn-cli versions SITE` lists those there are",
        )
    })
}

/// Writes a version down. Where a process that died wrote it already, it stays.
pub(crate) async fn record(store: &Store, stack: &str, version: &Version) -> anyhow::Result<()> {
    store.write(&key(stack, version.number), version, Condition::Absent).await?;
    Ok(())
}

fn key(stack: &str, number: u32) -> String {
    format!("versions/{stack}/{number:06}")
}
